import Configuration

/// Looks a setting up in the command line, then in the environment.
struct SettingsReader {
    private let environment = ConfigReader(provider: EnvironmentVariablesProvider())

    /// The name is the option's, such as `data-dir`, which is `NODUS_DATA_DIR` in the environment.
    func text(_ option: String?, _ name: String) -> String? {
        option ?? self.text(name)
    }

    func text(_ name: String) -> String? {
        let words = ["nodus"] + name.split(separator: "-").map(String.init)
        let value = self.environment.string(forKey: ConfigKey(words))
        return value?.isEmpty == true ? nil : value
    }

    func integer(
        _ option: String?,
        _ name: String,
        in range: ClosedRange<Int>,
        default value: Int
    ) throws(SettingsError) -> Int {
        guard let text = self.text(option, name) else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError(
                name: option == nil ? Self.variable(name) : "--\(name)",
                value: text,
                wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    func rate(_ name: String, default value: Double) throws(SettingsError) -> Double {
        guard let text = self.text(name) else { return value }
        guard let number = Double(text), number >= 0, number.isFinite else {
            throw SettingsError(
                name: Self.variable(name),
                value: text,
                wanted: "a number that is not negative"
            )
        }
        return number
    }

    static func variable(_ name: String) -> String {
        "NODUS_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}
