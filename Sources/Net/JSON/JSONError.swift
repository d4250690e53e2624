/// Why a document is no JSON that the server takes, and where.
package struct JSONError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case expectingValue
        case expectingName
        case expectingColon
        case expectingComma
        case extraData
        case unterminatedString
        case controlCharacter
        case invalidEscape
        case invalidUnicodeEscape
        /// Half of a surrogate pair, which no UTF-8 can hold.
        case loneSurrogate
        /// `\u0000`, which JSON allows and Postgres cannot store.
        case nullCharacter
        case invalidUTF8
        case byteOrderMark
        /// More than `JSONReader.depthMax` arrays and objects inside each other.
        case tooDeep
    }

    package let kind: Kind
    /// Counted in bytes from the start of the document.
    package let offset: Int

    package init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// Worded as Python's `json` does, where it knows the case.
    package var message: String {
        switch self.kind {
        case .expectingValue: "Expecting value"
        case .expectingName: "Expecting property name enclosed in double quotes"
        case .expectingColon: "Expecting ':' delimiter"
        case .expectingComma: "Expecting ',' delimiter"
        case .extraData: "Extra data"
        case .unterminatedString: "Unterminated string starting at"
        case .controlCharacter: "Invalid control character at"
        case .invalidEscape: "Invalid \\escape"
        case .invalidUnicodeEscape: "Invalid \\uXXXX escape"
        case .loneSurrogate: "Unpaired surrogate escape"
        case .nullCharacter: "Null character is not allowed"
        case .invalidUTF8: "Invalid UTF-8"
        case .byteOrderMark: "Unexpected UTF-8 BOM"
        case .tooDeep: "More than \(JSONReader.depthMax) nested arrays and objects"
        }
    }
}
