import Persistence
import Shards
import Testing

/// What every store of history keeps to. Each rule is checked in an empty store of its own.
enum HistoryStoreContract: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case emptyState = "a new store is at position 0 of no history"
    case rows = "rows come back equal"
    case nastyTexts = "texts and payloads come back byte for byte"
    case manyRows = "many rows in one batch come back equal"
    case changes = "changed rows replace what was there"
    case sameBatchAgain = "the same batch again changes nothing"
    case olderRows = "rows of a lower position change nothing"
    case sentAgain = "sent messages that are there already are merged"
    case memberParts = "a part of a member's row changes only that part"
    case sightings = "a sighting changes only its part of the row"
    case reactionAgain = "a reaction taken off and put on again is the new one"
    case tagHandedOver = "a tag goes from one to another within a batch"
    case deletedChat = "a deleted chat takes everything along"
    case absentRows = "what changes or deletes rows that are not there does nothing"
    case refusedRows = "refused rows leave the transaction usable, and nothing of their batch"
    case movedStore = "a store that is not where it was left takes nothing"
    case adoption = "adopting replaces the state, where it is as found"
    case newestIDs = "the newest ids never go down"
    case uncommitted = "a batch that is not committed is not there"
    case pages = "pages end where they should, with and without deleted messages"
    case everywhere = "pages of all chats go on by id"
    case queriesTogether = "several queries are answered each in its place"
    case reactionOrder = "reactions come in the order of their ids"
    case load = "loading visits all rows in order, with a preview of each chat"
    case oneMoment = "loading does not see what is committed meanwhile"
    case stoppedLoad = "loading stops where the caller says so"
    case deadLetters = "dead letters come back and can be removed"

    var testDescription: String { self.rawValue }

    /// The store is empty, and `poison` a message that it refuses.
    func check<Store: HistoryStore>(_ store: Store, poison: Message) throws {
        let run = try StoreRun(store)
        switch self {
        case .emptyState: try Self.emptyState(run)
        case .rows: try Self.rows(run)
        case .nastyTexts: try Self.nastyTexts(run)
        case .manyRows: try Self.manyRows(run)
        case .changes: try Self.changes(run)
        case .sameBatchAgain: try Self.sameBatchAgain(run)
        case .olderRows: try Self.olderRows(run)
        case .sentAgain: try Self.sentAgain(run)
        case .memberParts: try Self.memberParts(run)
        case .sightings: try Self.sightings(run)
        case .reactionAgain: try Self.reactionAgain(run)
        case .tagHandedOver: try Self.tagHandedOver(run)
        case .deletedChat: try Self.deletedChat(run)
        case .absentRows: try Self.absentRows(run)
        case .refusedRows: try Self.refusedRows(run, poison)
        case .movedStore: try Self.movedStore(run)
        case .adoption: try Self.adoption(run)
        case .newestIDs: try Self.newestIDs(run)
        case .uncommitted: try Self.uncommitted(run)
        case .pages: try Self.pages(run)
        case .everywhere: try Self.everywhere(run)
        case .queriesTogether: try Self.queriesTogether(run)
        case .reactionOrder: try Self.reactionOrder(run)
        case .load: try Self.load(run)
        case .oneMoment: try Self.oneMoment(run)
        case .stoppedLoad: try Self.stoppedLoad(run)
        case .deadLetters: try Self.deadLetters(run)
        }
    }
}
