//! When an update was released: a day, or a month of which the last day counts.

use patchgate::model::time::Released;
use patchgate::model::truth::Truth;

fn released(text: &str) -> Released {
    text.parse().unwrap()
}

#[test]
fn a_release_is_a_day_or_a_month() {
    for (text, first, last) in [
        ("2014-01-20", "2014-01-20", "2014-01-20"),
        ("2014-01", "2014-01-01", "2014-01-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
    ] {
        let one = released(text);
        assert_eq!([one.to_string(), one.first().to_string(), one.last().to_string()], [text, first, last]);
    }
    for wrong in
        ["", "2014", "2014-13", "2014-1", "2014-01-32", "14-01-20", "2014/01", "+201401", "january", "2014-01-2"]
    {
        assert!(wrong.parse::<Released>().is_err(), "{wrong}");
    }
}

#[test]
fn a_month_is_before_a_day_only_as_a_whole() {
    let is_before = |text: &str, day: &str| released(text).is_before(day.parse().unwrap());
    assert_eq!(is_before("2014-01", "2014-02-01"), Truth::True);
    assert_eq!(is_before("2014-01", "2014-01-31"), Truth::Unknown);
    assert_eq!(is_before("2014-01", "2014-01-01"), Truth::False);
    assert_eq!(is_before("2014-01-20", "2014-01-20"), Truth::False);
    assert_eq!(is_before("2014-01-20", "2014-01-21"), Truth::True);
}

#[test]
fn the_earlier_of_two_is_the_more_precise_of_equals() {
    for (one, two, earlier, agree) in [
        ("2014-01", "2014-01-20", "2014-01-20", true),
        ("2014-01", "2014-01-31", "2014-01-31", true),
        ("2014-01", "2014-01", "2014-01", true),
        ("2014-01-20", "2014-02", "2014-01-20", false),
        ("2014-01-20", "2013-12", "2013-12", false),
        ("2014-01-20", "2014-01-19", "2014-01-19", false),
    ] {
        assert_eq!(released(one).earlier(released(two)), released(earlier), "{one} {two}");
        assert_eq!(released(two).earlier(released(one)), released(earlier), "{two} {one}");
        assert_eq!(released(one).agrees(released(two)), agree, "{one} {two}");
        assert_eq!(released(two).agrees(released(one)), agree, "{two} {one}");
    }
}
