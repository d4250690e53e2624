import TestSupport
import Testing

func expect(
    _ answer: HTTPAnswer,
    _ status: Int,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer)", sourceLocation: sourceLocation)
}

/// A refusal with exactly this sentence and nothing else in the body.
func expect(
    _ answer: HTTPAnswer,
    _ status: Int,
    _ sentence: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer)", sourceLocation: sourceLocation)
    let body: JSON = ["detail": .string(sentence)]
    #expect(answer.json == body, sourceLocation: sourceLocation)
}

/// A validation error about this field, told in the contract's shape.
func expectInvalid(
    _ answer: HTTPAnswer,
    _ location: JSON...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == 422, "\(answer)", sourceLocation: sourceLocation)
    expectRefusalShape(answer, sourceLocation: sourceLocation)
    let locations = answer.json["detail"].items.map { $0["loc"] }
    #expect(locations.contains(.array(location)), "\(answer)", sourceLocation: sourceLocation)
}

/// What every refusal looks like: a sentence, or a list of what is wrong where.
func expectRefusalShape(
    _ answer: HTTPAnswer,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.json.keys == ["detail"], "\(answer)", sourceLocation: sourceLocation)
    let detail = answer.json["detail"]
    guard answer.status == 422, detail.string == nil else {
        let hasSentence = detail.string?.isEmpty == false
        #expect(hasSentence, "\(answer)", sourceLocation: sourceLocation)
        return
    }
    #expect(!detail.items.isEmpty, "\(answer)", sourceLocation: sourceLocation)
    for error in detail.items {
        #expect(error.keys == ["type", "loc", "msg", "input"], sourceLocation: sourceLocation)
        let places = ["body", "query", "path", "header"]
        let hasPlace = places.contains(error["loc"][0].string ?? "")
        #expect(hasPlace, "\(error)", sourceLocation: sourceLocation)
        #expect(error["type"].string != nil, "\(error)", sourceLocation: sourceLocation)
        #expect(error["msg"].string != nil, "\(error)", sourceLocation: sourceLocation)
    }
}
