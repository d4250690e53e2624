import Shards

/// The AsyncAPI 3 document of the WebSocket, as `/asyncapi.json` serves it.
///
/// What all events, commands and replies have in common is written once, and put around each when
/// the document is first asked for.
enum AsyncAPIDocument {
    static let bytes: [UInt8] = Array(Self.text.utf8)

    private static let events = AsyncAPIEvent.all.map { "\($0.name.text)" }
    private static let commands = AsyncAPICommand.all.map(\.name)
    /// The reply to what is no command.
    private static let refusal = "refusal"

    private static let text = #"""
        {
          "asyncapi": "3.0.0",
          "info": {
            "title": "Nodus",
            "version": "0.1.0",
            "license": { "name": "MIT" },
            "description": "The WebSocket of a messenger server: everything that happens in a \#
        person's chats, and commands. JSON text, at most 64 KiB a message from the client. Ids are \#
        integers below 2^53, times ISO 8601 in UTC with microseconds and `Z`. A client ignores \#
        events and fields that it does not know.\n\n**The cursor.** Set it to `hello.seq`, then to \#
        the `seq` of each frame that has one. To go on after a cut, connect with `since` = the \#
        cursor and `epoch` = the epoch of hello.\n\n**Commands** are requests over HTTP in another \#
        spelling: the same fields, the same status, the same body, the same limits, the same \#
        idempotency keys. Replies leave when what they show is durable, in the order of the \#
        commits; what waits for none comes at once.\n\n**Limits.** `send` has those of sending \#
        (429 with `retry_after`). Everything else counts against the socket's, 240 a minute and \#
        120 at once: over it the first 32 messages in a row are answered with 429, then the socket \#
        is closed with 4010. At most 256 commands are in flight; what follows is read when one has \#
        been answered."
          },
          "defaultContentType": "application/json",
          "servers": {
            "local": {
              "host": "127.0.0.1:8000",
              "protocol": "ws",
              "description": "Where a server listens unless told otherwise."
            }
          },
          "channels": {
            "socket": {
              "address": "/ws",
              "title": "The socket",
              "description": "One WebSocket of one session. Also at /api/v1/ws.",
              "bindings": { "ws": {
                "method": "GET",
                "query": {
                  "type": "object",
                  "properties": {
                    "token": {
                      "type": "string",
                      "description": "An access token. It may also stand in `Authorization`, or be \#
        offered as a subprotocol."
                    },
                    "since": {
                      "type": "integer",
                      "minimum": 0,
                      "description": "The cursor, to be told what was missed."
                    },
                    "epoch": { "type": "string", "description": "The history that counts it." }
                  }
                },
                "bindingVersion": "0.1.0"
              } },
              "x-close-codes": {
        \#(Self.closeCodes)
              },
              "messages": {
        \#(Self.references(to: Self.events + Self.commands + Self.replies))
              }
            }
          },
          "operations": {
        \#(Self.operations)
          },
          "components": {
            "messages": {
        \#(Self.messages)
            },
            "correlationIds": {
              "command": { "location": "$message.payload#/id" },
              "reply": { "location": "$message.payload#/reply" }
            },
            "schemas": {
        \#(Self.schemas),
        \#(WireSchemas.text)
            }
          }
        }
        """#

    private static var replies: [String] { Self.commands.map { "\($0).reply" } + [Self.refusal] }

    private static var closeCodes: String {
        let codes = SocketEnd.allCases.map { "\"\($0.rawValue)\": \"\($0.reason)\"" }
        return codes.joined(separator: ",\n")
    }

    /// A reference to one of the schemas.
    static func schema(_ name: String) -> String {
        "{\"$ref\": \"#/components/schemas/\(name)\"}"
    }

    private static func references(to names: [String]) -> String {
        let references = names.map { "\"\($0)\": {\"$ref\": \"#/components/messages/\($0)\"}" }
        return references.joined(separator: ",\n")
    }

    private static func list(_ names: [String]) -> String {
        let references = names.map { "{\"$ref\": \"#/channels/socket/messages/\($0)\"}" }
        return references.joined(separator: ", ")
    }

    /// The document speaks for the server: it sends events, and receives commands.
    private static var operations: String {
        let channel = ##""channel": {"$ref": "#/channels/socket"}"##
        let events = #"""
            "events": {
              "action": "send",
              "title": "What happens",
              \#(channel),
              "messages": [\#(Self.list(Self.events))]
            }
            """#
        let commands = AsyncAPICommand.all.map { command in
            let replies = Self.list(["\(command.name).reply", Self.refusal])
            return #"""
                "\#(command.name)": {
                  "action": "receive",
                  "title": "\#(command.name)",
                  "summary": "\#(command.summary)",
                  \#(channel),
                  "messages": [\#(Self.list([command.name]))],
                  "reply": { \#(channel), "messages": [\#(replies)] }
                }
                """#
        }
        return ([events] + commands).joined(separator: ",\n")
    }

    private static var messages: String {
        let refusal = #"""
            "refusal": {
              "name": "refusal",
              "title": "Refusal of a message",
              "summary": "The message is no command: no JSON, no object, an `id` of another kind, \#
            or a `do` that is not known.",
              \#(AsyncAPIExamples.member(Self.refusal)),
              "payload": {
                "type": "object",
                "required": ["reply", "status", "body"],
                "properties": {
                  "reply": {"$ref": "#/components/schemas/CommandID"},
                  "status": {"enum": [422, 429]},
                  "retry_after": {"$ref": "#/components/schemas/RetryAfter"},
                  "body": {"$ref": "#/components/schemas/Refusal"}
                }
              }
            }
            """#
        let all =
            AsyncAPIEvent.all.map(\.message)
            + AsyncAPICommand.all.flatMap { [$0.message, $0.reply] } + [refusal]
        return all.joined(separator: ",\n")
    }

    private static let schemas = #"""
        "Seq": {
          "type": "integer",
          "format": "int64",
          "minimum": 0,
          "description": "A place in the history. `prev` is that of the same chat's event before."
        },
        "CommandID": {
          "description": "A text of at most 64 bytes, or an integer of 64 bits. null, and with null \#
        in the reply, where the client gave none.",
          "type": ["string", "integer", "null"],
          "maxLength": 64,
          "minimum": -9223372036854775808,
          "maximum": 9223372036854775807
        },
        "Key": {
          "type": ["string", "null"],
          "minLength": 1,
          "maxLength": 255,
          "description": "The `Idempotency-Key`: the command, and the request that it stands for, \#
        are done once. At most 255 bytes."
        },
        "Replayed": {
          "const": true,
          "description": "The key was used before: nothing was done again, and the body shows the \#
        resource as it is now."
        },
        "RetryAfter": {
          "type": "integer",
          "minimum": 1,
          "description": "Whole seconds after which another try may succeed; with 429 and 503."
        },
        "Refusal": { "anyOf": [
          { "$ref": "#/components/schemas/Error" },
          { "$ref": "#/components/schemas/ValidationError" }
        ] }
        """#
}
