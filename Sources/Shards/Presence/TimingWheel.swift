/// Deadlines of up to millions of small keys, kept without an allocation or a task for each.
///
/// A hierarchical timing wheel (Varghese, Lauck: "Hashed and hierarchical timing wheels", SOSP
/// 1987): four rings of 512 slots, where a slot of ring n spans 512^n ticks. A key lies in the
/// finest ring that reaches its deadline; when time enters a slot, its keys that are due expire and
/// the others are placed anew. So a key fewer than 512 ticks from its deadline moves no more, one
/// beyond the last ring waits in that ring's furthest slot, and one that is put off again and again
/// (a heartbeat) costs a single store each time.
///
/// A slot is a circular, doubly linked list. Links and list heads share one array, so linking and
/// unlinking have no special cases: the first nodes are the heads, the node of key k is behind.
///
/// The wheel has no clock: what a tick is, and when it comes, its owner says. The order of keys
/// depends on the calls alone.
package struct TimingWheel: Sendable {
    /// Expects the ticks to begin at `tick`. Keys are below `keyCountMax`; memory, 16 bytes a key,
    /// follows the largest key seen, with room for `keyCount` from the start.
    package init(tick: UInt64, keyCountMax: Int, keyCount: Int = 0) {
        precondition(keyCountMax <= Self.keyCountLimit, "a node's index has 32 bits")
        self.currentTick = tick
        self.keyCountMax = keyCountMax
        self.nodes.reserveCapacity(Self.headCount + min(keyCount, keyCountMax))
        for head in 0..<UInt32(Self.headCount) {
            self.nodes.append(Node(next: head, previous: head, deadline: 0))
        }
    }

    /// The tick that `advance` has reached.
    package private(set) var currentTick: UInt64
    /// Keys that have a deadline.
    package private(set) var count = 0
    package let keyCountMax: Int

    private var nodes: [Node] = []
    /// A bit for each slot that has keys, eight words a ring, so that empty time is skipped.
    private var occupied = [UInt64](repeating: 0, count: Self.headCount / 64)

    /// Gives `key` the deadline `tick`, in place of the one it may have.
    ///
    /// A tick that has been reached already expires with the next `advance`.
    package mutating func schedule(_ key: UInt32, at tick: UInt64) {
        precondition(key < self.keyCountMax, "a key is below keyCountMax")
        let index = Self.headCount + Int(key)
        if index >= self.nodes.count {
            self.nodes.append(
                contentsOf: repeatElement(Node.idle, count: index - self.nodes.count + 1)
            )
        }
        let node = self.nodes[index]
        if node.isLinked {
            // Put off: it stays where it is, and moves on when time gets there.
            guard tick < node.deadline else {
                self.nodes[index].deadline = tick
                return
            }
            self.unlink(node)
        } else {
            self.count += 1
        }
        self.link(index, atEndOf: self.head(for: tick), deadline: tick)
    }

    /// Whether there was a deadline to forget.
    @discardableResult
    package mutating func cancel(_ key: UInt32) -> Bool {
        let index = Self.headCount + Int(key)
        guard index < self.nodes.count, self.nodes[index].isLinked else { return false }
        self.unlink(self.nodes[index])
        self.nodes[index].next = Node.none
        self.count -= 1
        return true
    }

    package func deadline(of key: UInt32) -> UInt64? {
        let index = Self.headCount + Int(key)
        guard index < self.nodes.count, self.nodes[index].isLinked else { return nil }
        return self.nodes[index].deadline
    }

    /// Appends the keys whose deadlines are at or before `tick`, earlier deadlines first.
    ///
    /// Touches at most `budget` keys, so that a million deadlines at once do not become one long
    /// pause.
    ///
    /// - Returns: false where the budget ended first; the next call goes on from there.
    @discardableResult
    package mutating func advance(
        to tick: UInt64,
        budget: Int = .max,
        into expired: inout [UInt32]
    ) -> Bool {
        var budget = budget
        while let (ring, start) = self.nextSlot(through: tick) {
            guard budget > 0 else { return false }
            self.currentTick = start
            let head = Self.headIndex(ring: ring, slot: start >> Self.shift(of: ring))
            budget -= self.empty(head, countMax: budget, into: &expired)
        }
        self.currentTick = max(self.currentTick, tick)
        return true
    }
}

extension TimingWheel {
    private static let ringCount = 4
    private static let slotBits = 9
    private static let slotCount = 1 << Self.slotBits
    private static let headCount = Self.ringCount * Self.slotCount
    private static let wordsPerRing = Self.slotCount / 64
    /// The last index marks an idle node.
    private static let keyCountLimit = Int(UInt32.max) - Self.headCount

    private struct Node {
        static let none = UInt32.max
        static let idle = Node(next: Self.none, previous: Self.none, deadline: 0)

        var next: UInt32
        var previous: UInt32
        var deadline: UInt64

        var isLinked: Bool { self.next != Self.none }
    }

    private static func shift(of ring: Int) -> Int { ring * Self.slotBits }

    private static func headIndex(ring: Int, slot: UInt64) -> Int {
        ring << Self.slotBits | Int(truncatingIfNeeded: slot & UInt64(Self.slotCount - 1))
    }

    /// The list for a deadline: the finest ring in which it is less than a turn away.
    ///
    /// Less than a turn in slots, not in ticks: then a key in the slot that time is in now can
    /// only be due, or left over by a budget, never a whole turn ahead.
    private func head(for deadline: UInt64) -> Int {
        guard deadline > self.currentTick else {
            return Self.headIndex(ring: 0, slot: self.currentTick)
        }
        let lastRing = Self.ringCount - 1
        for ring in 0..<lastRing {
            let slot = deadline >> Self.shift(of: ring)
            if slot - (self.currentTick >> Self.shift(of: ring)) < Self.slotCount {
                return Self.headIndex(ring: ring, slot: slot)
            }
        }
        let current = self.currentTick >> Self.shift(of: lastRing)
        let distance = (deadline >> Self.shift(of: lastRing)) - current
        let slot = current + min(distance, UInt64(Self.slotCount - 1))
        return Self.headIndex(ring: lastRing, slot: slot)
    }

    private mutating func link(_ index: Int, atEndOf head: Int, deadline: UInt64) {
        // One check of the array's uniqueness instead of one for each access.
        var nodes = self.nodes.mutableSpan
        let last = nodes[head].previous
        nodes[index] = Node(next: UInt32(head), previous: last, deadline: deadline)
        nodes[Int(last)].next = UInt32(index)
        nodes[head].previous = UInt32(index)
        self.occupied[head / 64] |= 1 << UInt64(head % 64)
    }

    /// Leaves the node's own links as they were.
    private mutating func unlink(_ node: Node) {
        var nodes = self.nodes.mutableSpan
        nodes[Int(node.previous)].next = node.next
        nodes[Int(node.next)].previous = node.previous
        // Both neighbours are one node only where that node is the head, now alone.
        if node.next == node.previous { self.markEmpty(Int(node.next)) }
    }

    private mutating func markEmpty(_ head: Int) {
        self.occupied[head / 64] &= ~(1 << UInt64(head % 64))
    }

    /// The slot with keys that begins first, and the tick when it does.
    private func nextSlot(through tick: UInt64) -> (ring: Int, start: UInt64)? {
        var found: (ring: Int, start: UInt64)?
        for ring in 0..<Self.ringCount {
            let shift = Self.shift(of: ring)
            let current = self.currentTick >> shift
            guard let distance = self.distance(to: ring, from: current) else { continue }
            // A slot that time is in already began before now.
            let start = distance == 0 ? self.currentTick : (current + distance) << shift
            if start <= found?.start ?? tick { found = (ring, start) }
        }
        return found
    }

    /// Slots from `current` to the first one of the ring that has keys, going round.
    private func distance(to ring: Int, from current: UInt64) -> UInt64? {
        let first = Int(truncatingIfNeeded: current & UInt64(Self.slotCount - 1))
        let base = ring * Self.wordsPerRing
        for step in 0...Self.wordsPerRing {
            let word = (first / 64 + step) % Self.wordsPerRing
            var bits = self.occupied[base + word]
            if step == 0 { bits &= .max << UInt64(first % 64) }
            guard bits == 0 else {
                let slot = word * 64 + bits.trailingZeroBitCount
                return UInt64((slot - first) & (Self.slotCount - 1))
            }
        }
        return nil
    }

    /// Takes keys from the front of a slot that time has entered: those that are due expire, the
    /// others, postponed or from a coarse slot, move to where they belong now. That is never this
    /// slot again.
    ///
    /// - Returns: how many keys it took.
    private mutating func empty(_ head: Int, countMax: Int, into expired: inout [UInt32]) -> Int {
        var index = Int(self.nodes[head].next)
        var taken = 0
        while index != head, taken < countMax {
            let node = self.nodes[index]
            if node.deadline <= self.currentTick {
                self.nodes[index].next = Node.none
                self.count -= 1
                expired.append(UInt32(index - Self.headCount))
            } else {
                let target = self.head(for: node.deadline)
                self.link(index, atEndOf: target, deadline: node.deadline)
            }
            index = Int(node.next)
            taken += 1
        }
        self.nodes[head].next = UInt32(index)
        self.nodes[index].previous = UInt32(head)
        if index == head { self.markEmpty(head) }
        return taken
    }
}
