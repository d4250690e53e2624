/// Is told what happens on `Streams`.
protocol StreamOwner: AnyObject {
    /// Whether parts of data frames are handed over as they come. Else frames come whole.
    var takesParts: Bool { get }

    func opened(_ index: Int) throws

    /// The payload of a text or binary frame, or a part of it; of a plain stream, what came. The
    /// bytes are good for the call.
    func received(_ bytes: UnsafeRawBufferPointer, on index: Int) throws

    /// By the other side, or because it could not be opened. The code is that of a close frame.
    func closed(_ index: Int, code: Int?) throws
}
