//! A database of 10,000 advisories in which nothing is wrong, as files.

use std::fmt::Write;
use std::path::Path;

/// How many advisories there are.
pub const ADVISORIES: usize = 10_000;
const PRODUCTS: usize = 40;
const BUILDS: usize = 50;

/// Writes the files into a folder.
pub fn write(folder: &Path) {
    let products = folder.join("products");
    std::fs::create_dir_all(&products).expect("the folder of products");
    std::fs::create_dir_all(folder.join("family")).expect("the folder of advisories");
    for product in 0..PRODUCTS {
        std::fs::write(products.join(format!("product-{product}.yaml")), self::product(product)).expect("a product");
    }
    std::fs::write(folder.join("settings.yaml"), settings()).expect("the settings");
    for number in 0..ADVISORIES {
        std::fs::write(folder.join("family").join(format!("{}.yaml", id(number))), advisory(number))
            .expect("an advisory");
    }
}

fn id(number: usize) -> String {
    format!("PG-{}-{:04}", 2015 + number % 10, number / 10 + 1)
}

fn product(product: usize) -> String {
    let mut text = format!(
        "schema: patchgate/product/v1\nid: product-{product}\nname: Product {product}\nroles: [front, back]\nbuilds:\n"
    );
    for build in 0..BUILDS {
        let update = 1_000_000 + product * 100 + build;
        let _ = writeln!(
            text,
            "  - {{name: CU{build}, version: 1.0.{product}.{}, update: KB{update}, sources: [\"https://vendor.example/kb/{update}\"]}}",
            (build + 1) * 10
        );
    }
    text
}

fn settings() -> String {
    let mut text = "schema: patchgate/settings/v1\nsettings:\n".to_owned();
    for product in 0..PRODUCTS {
        let _ =
            writeln!(text, "  feature-{product}: {{type: number, meaning: uses of feature {product}, collect: \"1\"}}");
    }
    text
}

/// A bad update with its fix, on some builds and one role, above a figure that is the advisory's own.
fn advisory(number: usize) -> String {
    // Every second build is bad and the one after it the fix, which nobody speaks against.
    let (product, build) = (number % PRODUCTS, number / PRODUCTS % (BUILDS / 2 - 1) * 2 + 1);
    let (bad, fix) = (1_000_000 + product * 100 + build, 1_000_000 + product * 100 + build + 1);
    let version = |build: usize| format!("1.0.{product}.{}", (build + 1) * 10);
    let (low, high, year) = (version(build - 1), version(build + 1), 2015 + number % 10);
    let case = |name: &str, role: &str, version: &str, setting: &str, expect: &str| {
        format!(
            "  - name: {name}\n    server: {{roles: [{role}], products: [{{product: product-{product}, version: {version}}}], updates: []{setting}}}\n    expect: {expect}\n"
        )
    };
    let figure = |value: usize| format!(", settings: {{feature-{product}: {value}}}");
    let cases = [
        case("above the figure", "front", &low, &figure(number + 1), "speaks"),
        case("below the figure", "front", &low, &figure(number), "silent"),
        case("another role", "back", &low, &figure(number + 1), "silent"),
        case("fixed", "front", &high, &figure(number + 1), "silent"),
        case("not collected", "front", &low, "", "unknown"),
    ];
    format!(
        "schema: patchgate/advisory/v1
id: {}
title: Update {bad} stops the front of product {product} above {number} uses
kind: known-bad
severity: high
published: {year}-03-01
updates: [KB{bad}]
affects:
  - {{product: product-{product}, versions: \">={low}, <{high}\", roles: [front]}}
when: {{setting: {{name: feature-{product}, at_least: {}}}}}
fixed_by: [KB{fix}]
symptoms:
  services: [FrontService]
impact: >-
  The front stops when the feature is used more often than the update can count, and does not start again by itself.
remedy:
  - do: Install KB{fix} first
    verify: {{update: KB{fix}}}
references: [\"https://support.microsoft.com/kb/{bad}\"]
cases:
{}",
        id(number),
        number + 1,
        cases.concat()
    )
}
