import Foundation

/// The folder of a real database of the original, which is too large to be kept here.
///
/// It lies beside the checkout, or where `NODUS_SHARED` says.
enum SharedData {
    /// nil where it is missing, and a line says so.
    static func original(neededBy suite: String) -> String? {
        let checkout = URL(fileURLWithPath: #filePath).appending(path: "../../../../..")
        let shared =
            ProcessInfo.processInfo.environment["NODUS_SHARED"]
            ?? checkout.appending(path: "shared").standardized.path
        let folder = shared + "/data/nodus-v2"
        guard FileManager.default.fileExists(atPath: folder) else {
            print("NOT RUN: \(suite): \(folder) is not there")
            return nil
        }
        return folder
    }
}
