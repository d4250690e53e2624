/// What can be wrong with a value. Types and sentences are pydantic v2's, in its Python mode.
package enum ValidationProblem: Sendable, Equatable {
    case missing
    case jsonInvalid
    /// The whole body is no object.
    case modelType
    case stringType
    case stringTooShort(min: Int)
    case stringTooLong(max: Int)
    case integerType
    case integerParsing
    case integerFraction
    case integerSize
    case infinite
    case below(min: Int64)
    case above(max: Int64)
    case boolType
    case boolParsing
    case dictionaryType
    case listType
    case listTooLong(max: Int, count: Int)
    /// A rule of the field itself, as a sentence.
    case value(String)

    package var type: String {
        switch self {
        case .missing: "missing"
        case .jsonInvalid: "json_invalid"
        case .modelType: "model_attributes_type"
        case .stringType: "string_type"
        case .stringTooShort: "string_too_short"
        case .stringTooLong: "string_too_long"
        case .integerType: "int_type"
        case .integerParsing: "int_parsing"
        case .integerFraction: "int_from_float"
        case .integerSize: "int_parsing_size"
        case .infinite: "finite_number"
        case .below: "greater_than_equal"
        case .above: "less_than_equal"
        case .boolType: "bool_type"
        case .boolParsing: "bool_parsing"
        case .dictionaryType: "dict_type"
        case .listType: "list_type"
        case .listTooLong: "too_long"
        case .value: "value_error"
        }
    }

    package var message: String {
        switch self {
        case .missing: "Field required"
        case .jsonInvalid: "JSON decode error"
        case .modelType:
            "Input should be a valid dictionary or object to extract fields from"
        case .stringType: "Input should be a valid string"
        case .stringTooShort(let min):
            "String should have at least \(Self.count(min, "character"))"
        case .stringTooLong(let max):
            "String should have at most \(Self.count(max, "character"))"
        case .integerType: "Input should be a valid integer"
        case .integerParsing:
            "Input should be a valid integer, unable to parse string as an integer"
        case .integerFraction:
            "Input should be a valid integer, got a number with a fractional part"
        case .integerSize:
            "Unable to parse input string as an integer, exceeded maximum size"
        case .infinite: "Input should be a finite number"
        case .below(let min): "Input should be greater than or equal to \(min)"
        case .above(let max): "Input should be less than or equal to \(max)"
        case .boolType: "Input should be a valid boolean"
        case .boolParsing: "Input should be a valid boolean, unable to interpret input"
        case .dictionaryType: "Input should be a valid dictionary"
        case .listType: "Input should be a valid list"
        case .listTooLong(let max, let count):
            "List should have at most \(Self.count(max, "item")) after validation, not \(count)"
        case .value(let sentence): "Value error, \(sentence)"
        }
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
