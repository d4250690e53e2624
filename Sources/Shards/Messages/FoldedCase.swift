extension StringProtocol {
    /// The text as search compares it: two that differ only in case become the same.
    ///
    /// That is the lower case, but for letters that have two of them for one upper case (`ς` and
    /// `σ`, `ß` and `ss`): those go by way of the upper case. Few texts have any, so few pay.
    package var foldedCase: String {
        let lower = self.lowercased()
        let hasTwoForms = lower.unicodeScalars.contains { $0 == "ς" || $0 == "ß" || $0 == "ſ" }
        return hasTwoForms ? lower.uppercased().lowercased() : lower
    }
}
