package import Shards

extension Journal {
    /// Which history a folder holds, and from where on, as far as it can be told without reading it
    /// and without its lock; nil where there is none, or it cannot be read.
    package static func look(
        in settings: JournalSettings,
        disk: any Disk = PosixDisk()
    ) -> (epoch: Epoch, first: Position)? {
        let folder = JournalFolder(path: settings.folder)
        let reader = JournalReader(folder: folder, disk: disk)
        guard let first = (try? reader.first()) ?? nil,
            let header = try? reader.header(of: first)
        else { return nil }
        return (header.epoch, first)
    }
}
