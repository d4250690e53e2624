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

    /// For heaps that are begun from now on: the whole of them at once. Unused pages take up no
    /// memory.
    static func inLargeSteps() {
        mallopt(M_TOP_PAD, Self.heapBytes)
        mallopt(M_MMAP_THRESHOLD, Self.mappedBytes)
        mallopt(M_TRIM_THRESHOLD, 2 * Self.mappedBytes)
    }

    static func inSmallSteps() {
        mallopt(M_TOP_PAD, Self.stepBytes)
    }

    /// Gives back the whole pages that are free between blocks, which the allocator itself does at
    /// the end of a heap only.
    static func giveBack() {
        malloc_trim(0)
    }
}
