import Net

/// RFC 7515, appendix A.1: the example of an HS256 token.
enum RFC7515 {
    static let key =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    static let signed =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    static let signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
}

/// A token of any header and claims, signed as well as its attacker can.
func forge(
    header: String = #"{"alg":"HS256","typ":"JWT"}"#,
    claims: String,
    secret: [UInt8] = testSecret
) -> String {
    forge(header: Array(header.utf8), claims: Array(claims.utf8), secret: secret)
}

func forge(header: [UInt8], claims: [UInt8], secret: [UInt8]) -> String {
    let signed = "\(Base64.encodeURL(header)).\(Base64.encodeURL(claims))"
    let code = HMACSHA256(key: secret).code(of: Array(signed.utf8)[...])
    return "\(signed).\(Base64.encodeURL(code))"
}

let testSecret = Array(UInt8(0)..<32)
