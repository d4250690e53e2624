import Glibc
package import Shards

extension Journal {
    /// Which history a folder holds, and from where on, without reading it and without its lock; nil
    /// where there is none.
    ///
    /// - Throws: where it cannot be told. To go on as if there were none would leave out what a
    ///   snapshot or a store has of it.
    package static func look(
        in settings: JournalSettings,
        disk: any Disk = PosixDisk()
    ) throws(JournalError) -> (epoch: Epoch, first: Position)? {
        let folder = JournalFolder(path: settings.folder)
        let reader = JournalReader(folder: folder, disk: disk)
        do throws(JournalError) {
            guard let first = try reader.first(), let header = try reader.header(of: first) else {
                return nil
            }
            return (header.epoch, first)
        } catch .disk(let error) where error.operation == .list && error.code == ENOENT {
            return nil
        }
    }
}
