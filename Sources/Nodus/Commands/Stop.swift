/// Why the server does not start: one sentence, printed on standard error before the process ends
/// with a status that is not 0.
struct Stop: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        let isWhole = sentence.hasSuffix(".") || sentence.hasSuffix("?")
        self.description = isWhole ? sentence : "\(sentence)."
    }
}
