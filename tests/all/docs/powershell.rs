//! README's approval script, run by PowerShell against doubles of the WSUS commands.

use std::path::Path;
use std::process::Command;

use super::example;

/// Commands of WSUS as the script knows them. Of six updates, patchgate knows five; two may be approved.
const WSUS: &str = r#"
function New-Update($id, $kb) {
    [pscustomobject]@{ UpdateId = $id; Update = [pscustomobject]@{ KnowledgebaseArticles = $kb } }
}
function Get-WsusUpdate($Approval, $Status) {
    New-Update 'id-good' @('1000001')
    New-Update 'id-bad' @('974571')
    New-Update 'id-other-package' @('1000003')
    New-Update 'id-not-pending' @('1000004')
    New-Update 'id-two-numbers' @('1000007', '1000005')
    New-Update 'ID-GOOD-TOO' @('1000006')
}
function Approve-WsusUpdate($Update, $Action, $TargetGroupName) {
    Write-Output "APPROVED $($Update.UpdateId) $Action $TargetGroupName"
}
"#;

const INVENTORY: &str = "
schema: patchgate/inventory/v1
collected_at: 2024-08-22
servers:
  - name: fe01.contoso.com
    groups: [Servers - broad]
    ring: pilot
    roles: [front-end]
    products: [{product: office-communications-server-2007-r2, version: 3.5.6907.0}, {product: acme-app}]
    updates: []
    settings: {ocs-asn-fix-applied: false}
";

const PENDING: &str = "
schema: patchgate/pending/v1
updates:
  - {id: KB1000001, products: [acme-app], brings: [], classification: security,
     released: 2010-01-01, restart: never, offered_to: [Servers - broad], source_id: id-good}
  - {id: KB974571, released: 2010-01-01, restart: never, offered_to: [Servers - broad], source_id: id-bad}
  - {id: KB1000003, products: [acme-app], brings: [], classification: security,
     released: 2010-01-01, restart: never, offered_to: [Servers - broad], source_id: id-of-one-package}
  - {id: KB1000006, products: [acme-app], brings: [], classification: security,
     released: 2010-01-01, restart: never, offered_to: [Servers - broad], source_id: id-good-too}
  - {id: KB1000007, products: [acme-app], brings: [], classification: security,
     released: 2010-01-01, restart: never, offered_to: [Servers - broad], source_id: id-two-numbers}
";

/// README's script with its paths in a folder, after the doubles.
fn script(folder: &Path) -> String {
    let readme = super::read(&super::root().join("README.md"));
    let (_, script) = example::blocks(&readme).into_iter().find(|(info, _)| info == "powershell").unwrap();
    let script = script.replace(r"C:\patchgate\patchgate.exe", env!("CARGO_BIN_EXE_patchgate"));
    format!("{WSUS}\n{}", script.replace(r"C:\patchgate\", &format!("{}/", folder.display())))
}

fn approved(folder: &Path, inventory: &str) -> Vec<String> {
    let powershell = std::env::var("PATCHGATE_PWSH").unwrap_or_else(|_| "pwsh".to_owned());
    std::fs::write(folder.join("inventory.yaml"), inventory).unwrap();
    std::fs::write(folder.join("pending.yaml"), PENDING).unwrap();
    std::fs::write(folder.join("approve.ps1"), script(folder)).unwrap();
    let mut command = Command::new(powershell);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(folder.join("approve.ps1")).env("TEMP", folder);
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed.lines().filter(|line| line.starts_with("APPROVED")).map(str::to_owned).collect()
}

#[test]
#[ignore = "needs PowerShell: `pwsh`, or the program that PATCHGATE_PWSH names"]
fn readmes_script_approves_what_patchgate_approves_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let expected = ["id-good", "ID-GOOD-TOO"].map(|id| format!("APPROVED {id} Install Servers - broad"));
    assert_eq!(approved(folder.path(), INVENTORY), expected);
    // Neither a broken input nor a group that the inventory does not have approves anything.
    assert_eq!(approved(folder.path(), "not an inventory"), Vec::<String>::new());
    assert_eq!(approved(folder.path(), &INVENTORY.replace("broad", "other")), Vec::<String>::new());
}
