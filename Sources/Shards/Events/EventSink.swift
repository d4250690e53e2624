/// Where events become history.
///
/// The journal conforms. An event is offered in the step that applies it, with no suspension
/// between, and what depends on it leaves the server only when `DurableBatch` has brought its
/// position.
package protocol EventSink: Sendable {
    /// Whether there is room for more. Asked before anything is decided, so that no event is
    /// applied but unrecorded. What room was seen stays until the asking step ends.
    var hasRoom: Bool { get }

    /// Takes the event without waiting and tells its place.
    func offer(_ event: Event, mark: IdempotencyMark?, notice: Notice) -> Position
}
