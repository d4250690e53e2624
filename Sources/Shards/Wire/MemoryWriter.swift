/// Fills memory that somebody else lends, so that an answer needs no copy on its way to the socket.
///
/// The borrower counts its bytes before it asks for the memory; writing past the end is a bug.
package struct MemoryWriter: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    package private(set) var byteCount = 0

    /// - Parameter memory: valid for as long as the writer lives.
    package init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    package mutating func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.write($0) }
    }

    package mutating func write(_ text: StaticString) {
        self.write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func write(string text: String) {
        var text = text
        text.withUTF8 { self.write(UnsafeRawBufferPointer($0)) }
    }

    /// The digits of a number that is not negative.
    package mutating func write(decimal value: Int) {
        var scale = 1
        while value / scale >= 10 { scale *= 10 }
        while scale > 0 {
            var digit = UInt8(ascii: "0") + UInt8(value / scale % 10)
            withUnsafeBytes(of: &digit) { self.write($0) }
            scale /= 10
        }
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        let end = self.byteCount + bytes.count
        precondition(end <= self.memory.count, "the borrower counted too few bytes")
        guard bytes.count > 0 else { return }
        UnsafeMutableRawBufferPointer(rebasing: self.memory[self.byteCount..<end])
            .copyMemory(from: bytes)
        self.byteCount = end
    }
}
