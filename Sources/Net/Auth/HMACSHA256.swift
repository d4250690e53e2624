import CSodium

/// A keyed HMAC-SHA256 (RFC 2104, RFC 4231).
///
/// Keeps the state after the key has been absorbed, which saves two of the SHA-256 blocks of each
/// code.
package struct HMACSHA256: Sendable {
    private let keyed: crypto_auth_hmacsha256_state

    package static let codeBytes = 32

    /// Any length of key is an HMAC key; callers that sign ask for at least 32 bytes.
    package init(key: [UInt8]) {
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        self.keyed = state
    }

    package func code(of message: ArraySlice<UInt8>) -> [UInt8] {
        var state = self.keyed
        message.withUnsafeBufferPointer { bytes in
            _ = crypto_auth_hmacsha256_update(&state, bytes.baseAddress, UInt64(bytes.count))
        }
        return [UInt8](unsafeUninitializedCapacity: Self.codeBytes) { code, count in
            guard let start = code.baseAddress else { return }
            crypto_auth_hmacsha256_final(&state, start)
            count = Self.codeBytes
        }
    }

    /// Takes the same time wherever the first wrong byte is.
    package func isCode(_ code: [UInt8], of message: ArraySlice<UInt8>) -> Bool {
        code.count == Self.codeBytes
            && sodium_memcmp(code, self.code(of: message), Self.codeBytes) == 0
    }
}
