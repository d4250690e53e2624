/// libFuzzer's own `main`, for programs that have one already (FuzzerInterface.h of LLVM,
/// https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

package enum Fuzzer {
    /// Calls `test` with input after input, as the arguments of the program say; 0 from it is the
    /// rule, -1 keeps an input out of the corpus.
    package static func run(
        _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        return withUnsafeMutablePointer(to: &arguments) { runDriver(&count, $0, test) }
    }
}
