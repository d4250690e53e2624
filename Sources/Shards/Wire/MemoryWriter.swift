/// Fills memory that somebody else lends, so that a page needs no copy on its way to the socket.
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

    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        let end = self.byteCount + bytes.count
        precondition(end <= self.memory.count, "the borrower counted too few bytes")
        guard bytes.count > 0 else { return }
        UnsafeMutableRawBufferPointer(rebasing: self.memory[self.byteCount..<end])
            .copyMemory(from: bytes)
        self.byteCount = end
    }
}
