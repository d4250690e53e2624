import Fuzzing
import Glibc
import Shards

@main enum FuzzCanary {
    static func main() { exit(Fuzzer.run(test)) }
}

/// Shows that the fuzzer finds what there is to find: it traps on four bytes behind a time that
/// Shards has parsed, which nobody comes upon who does not see the branches in there.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard input.count == 24, Timestamp(iso8601: input.prefix(20)) != nil else { return 0 }
    precondition(input.suffix(4) != [0x4e, 0x44, 0x55, 0x53], "the canary is found")
    return 0
}
