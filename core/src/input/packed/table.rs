//! A table in a text: lines of tab-joined columns, in the order of their bytes, so that a key is found by halving.

/// A sorted table.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(&'a str);

/// A table of these lines, which it sorts.
pub fn table(mut lines: Vec<String>) -> String {
    lines.sort_unstable();
    lines.join("\n") + "\n"
}

impl<'a> Table<'a> {
    /// A table in a text that is sorted.
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// All lines, each as its columns.
    pub fn lines(self) -> impl Iterator<Item = Vec<&'a str>> {
        self.0.lines().map(|line| line.split('\t').collect())
    }

    /// The lines whose first column is this.
    pub fn find(self, key: &str) -> impl Iterator<Item = Vec<&'a str>> {
        let rest = self.0.get(self.start(key)..).unwrap_or_default();
        let lines = rest.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        lines.take_while(move |columns| columns.first() == Some(&key)).collect::<Vec<_>>().into_iter()
    }

    /// Where the first line begins whose first column is not below the key.
    fn start(self, key: &str) -> usize {
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let line = self.line_start(low + (high - low) / 2);
            match self.first_column(line) < key {
                // Beyond this line's end.
                true => {
                    low = self.0.get(line..).and_then(|rest| rest.find('\n')).map_or(self.0.len(), |end| line + end + 1)
                }
                false => high = line,
            }
        }
        low
    }

    /// Where the line begins that holds a byte.
    fn line_start(self, byte: usize) -> usize {
        let before = self.0.as_bytes().get(..byte).unwrap_or_default();
        before.iter().rposition(|&b| b == b'\n').map_or(0, |end| end + 1)
    }

    fn first_column(self, line: usize) -> &'a str {
        let rest = self.0.get(line..).unwrap_or_default();
        rest.split(['\t', '\n']).next().unwrap_or_default()
    }
}
