import DequeModule

/// Values that wait their turn, one a key: a newer one takes the place of the one that waits.
///
/// So it is never longer than there are keys, however often they change.
package struct LatestQueue<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var order: Deque<Key> = []
    private var values: [Key: Value] = [:]

    package init() {}

    package var isEmpty: Bool { self.order.isEmpty }
    package var count: Int { self.order.count }

    package mutating func add(_ value: Value, for key: Key) {
        if self.values.updateValue(value, forKey: key) == nil { self.order.append(key) }
    }

    package mutating func popFirst() -> Value? {
        self.order.popFirst().flatMap { self.values.removeValue(forKey: $0) }
    }

    /// Does nothing where no value of the key waits.
    package mutating func change(_ key: Key, _ body: (inout Value) -> Void) {
        guard let index = self.values.index(forKey: key) else { return }
        body(&self.values.values[index])
    }
}
