/// The endpoints of the contract's section 2, a file a resource.
package enum API {
    /// Below `/api/v1`.
    package static let routes: [Route] =
        Self.accounts + Self.users + Self.chats + Self.members + Self.messages + Self.search
        + Self.reactions + Self.presence + Self.sync
}
