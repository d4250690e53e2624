/// A setting that cannot be used.
struct SettingsError: Error, CustomStringConvertible {
    let name: String
    let value: String
    let wanted: String

    var description: String { "\(self.name) is \"\(self.value)\", but must be \(self.wanted)." }
}
