/// Why the server does not start: one sentence, printed on standard error before the process ends
/// with a status that is not 0.
struct Stop: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        self.description = sentence.hasSuffix(".") ? sentence : "\(sentence)."
    }
}
