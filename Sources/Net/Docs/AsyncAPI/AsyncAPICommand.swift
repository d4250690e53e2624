/// A command of the socket and its reply, as `/asyncapi.json` describes them.
struct AsyncAPICommand {
    let name: String
    let summary: String
    /// The names of the fields that it has to have.
    let required: [String]
    /// Its fields, as members of `properties`.
    let fields: String
    /// The status of success.
    let status: Int
    /// A schema of the body of success; nil where there is none.
    var body: String?
    /// The statuses of refusals, beside 422 and 429, which all have.
    let refusals: [Int]
    /// Whether it is done once for a `key`.
    var takesKey = true

    /// The command.
    var message: String {
        let required = (["do"] + self.required).map { "\"\($0)\"" }.joined(separator: ", ")
        let key = self.takesKey ? ", \"key\": \(AsyncAPIDocument.schema("Key"))" : ""
        let fields = self.fields.isEmpty ? "" : ", \(self.fields)"
        return #"""
            "\#(self.name)": {
              "name": "\#(self.name)",
              "title": "\#(self.name)",
              "summary": "\#(self.summary)",
              "correlationId": {"$ref": "#/components/correlationIds/command"},
              \#(AsyncAPIExamples.member(self.name)),
              "payload": {
                "type": "object",
                "required": [\#(required)],
                "properties": {
                  "id": {"$ref": "#/components/schemas/CommandID"},
                  "do": {"const": "\#(self.name)"}\#(key)\#(fields)
                }
              }
            }
            """#
    }

    /// Its reply.
    var reply: String {
        let required = self.body == nil ? "" : #", "body""#
        let body = self.body.map { ", \"body\": \($0)" } ?? ""
        let replayed = self.takesKey ? ", \"replayed\": \(AsyncAPIDocument.schema("Replayed"))" : ""
        let statuses = (self.refusals + [422, 429]).sorted().map { "\($0)" }.joined(separator: ", ")
        return #"""
            "\#(self.name).reply": {
              "name": "\#(self.name).reply",
              "title": "Reply to \#(self.name)",
              "correlationId": {"$ref": "#/components/correlationIds/reply"},
              \#(AsyncAPIExamples.member("\(self.name).reply")),
              "payload": { "oneOf": [
                {
                  "type": "object",
                  "required": ["reply", "status"\#(required)],
                  "properties": {
                    "reply": {"$ref": "#/components/schemas/CommandID"},
                    "status": {"const": \#(self.status)}\#(replayed)\#(body)
                  }
                },
                {
                  "type": "object",
                  "required": ["reply", "status", "body"],
                  "properties": {
                    "reply": {"$ref": "#/components/schemas/CommandID"},
                    "status": {"enum": [\#(statuses)]},
                    "retry_after": {"$ref": "#/components/schemas/RetryAfter"},
                    "body": {"$ref": "#/components/schemas/Refusal"}
                  }
                }
              ] }
            }
            """#
    }
}
