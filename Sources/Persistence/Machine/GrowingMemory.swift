/// Memory that is used again and again, as large as the largest use. For one thread.
final class GrowingMemory {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    deinit {
        self.memory.deallocate()
    }

    /// Lends memory with anything in it, until the next call.
    func take(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
        if self.memory.count < byteCount {
            self.memory.deallocate()
            self.memory = .allocate(byteCount: byteCount, alignment: 16)
        }
        return UnsafeMutableRawBufferPointer(rebasing: self.memory[..<byteCount])
    }
}
