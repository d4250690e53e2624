import CMalloc

/// How the memory of other threads than the first grows, in the allocator of glibc.
///
/// Each of their heaps is 64 MiB of addresses, and is made usable by a system call for every page
/// that is added (malloc/arena.c, `grow_heap`): a hundred thousand calls for a million messages, each
/// of which holds up what the other threads add.
enum AllocatorGrowth {
    private static let heapBytes: Int32 = 64 << 20
    /// What it is unless set (mallopt(3)).
    private static let stepBytes: Int32 = 128 << 10
    /// Blocks from this size on are given back at once. The allocator moves this up by itself until
    /// `mallopt` has been called: to here with the first such block that is freed.
    private static let mappedBytes: Int32 = 4 << 20
    /// The end of a heap is given back from this size on.
    private static let keptBytes = 2 * Self.mappedBytes

    /// For heaps that are begun from now on: the whole of them at once. Unused pages take up no
    /// memory.
    static func inLargeSteps() {
        mallopt(M_TOP_PAD, Self.heapBytes)
        mallopt(M_MMAP_THRESHOLD, Self.mappedBytes)
        mallopt(M_TRIM_THRESHOLD, Self.keptBytes)
    }

    /// Until `giveBack`, no heap keeps more than that at its end where a large block is freed.
    static func inSmallSteps() {
        mallopt(M_TOP_PAD, Self.stepBytes)
        mallopt(M_TRIM_THRESHOLD, Self.stepBytes)
    }

    /// Gives back the whole pages that are free between blocks, of all threads.
    static func giveBack() {
        malloc_trim(0)
        mallopt(M_TRIM_THRESHOLD, Self.keptBytes)
    }

    /// Gives back the end of the calling thread's heap, which `giveBack` does not look at.
    static func giveBackEnd() {
        let block = malloc(Int(Self.stepBytes))
        // Asking for its size keeps the compiler from leaving both out.
        precondition(malloc_usable_size(block) > 0, "there is memory")
        free(block)
    }
}
