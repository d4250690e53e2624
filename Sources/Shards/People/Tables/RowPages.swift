/// Rows of different lengths, numbered from 0, where 64 of them share one block of memory.
///
/// A row with a block to itself pays for the block's header, for what the allocator rounds up to,
/// for what it has grown beyond need, and for where it is: about 60 bytes. Here it pays four. The
/// price: changing a row's length moves those of its page that come after it, and a page that a
/// snapshot shares is copied before it changes.
package struct RowPages<Element: Sendable>: Sendable {
    package static var rowsInPage: Int { 64 }

    private var pages: ContiguousArray<Page> = []

    package init() {}

    /// Rows of these lengths, with `element` in every place and no room to spare.
    package init(lengths: [UInt32], of element: Element) {
        for start in stride(from: 0, to: lengths.count, by: Self.rowsInPage) {
            let end = min(start + Self.rowsInPage, lengths.count)
            self.pages.append(Page(lengths: lengths[start..<end], of: element))
        }
    }

    package var count: Int {
        guard let last = self.pages.last else { return 0 }
        return (self.pages.count - 1) * Self.rowsInPage + last.ends.count
    }

    package func length(of row: Int) -> Int {
        self.pages[row / Self.rowsInPage].range(of: row % Self.rowsInPage).count
    }

    /// Reads a row in place.
    package func withRow<Value>(
        _ row: Int,
        _ read: (UnsafeBufferPointer<Element>) -> Value
    ) -> Value {
        self.pages[row / Self.rowsInPage].withRow(row % Self.rowsInPage, read)
    }

    /// The pages that these rows are in, which share their memory, and the number of their first row.
    package func pages(of rows: Range<Int>) -> (rows: Self, first: Int) {
        let first = rows.lowerBound / Self.rowsInPage
        let end = (rows.upperBound + Self.rowsInPage - 1) / Self.rowsInPage
        var part = Self()
        part.pages = ContiguousArray(self.pages[first..<max(first, end)])
        return (part, first * Self.rowsInPage)
    }

    /// Appends empty rows until there are `count`.
    package mutating func grow(to count: Int) {
        while self.count < count { self.append(EmptyCollection()) }
    }

    package mutating func append(_ row: some Collection<Element>) {
        if let last = self.pages.last, last.ends.count < Self.rowsInPage {
            self.pages[self.pages.count - 1].append(row)
        } else {
            // Pages next to each other are about as large.
            var page = Page(reserving: self.pages.last?.elements.count ?? 0)
            page.append(row)
            self.pages.append(page)
        }
    }

    /// Overwrites one element.
    package mutating func set(_ element: Element, at place: Int, of row: Int) {
        self.pages[row / Self.rowsInPage].set(element, at: place, of: row % Self.rowsInPage)
    }

    /// Puts `elements` in the place of part of a row.
    package mutating func replace(
        _ part: Range<Int>,
        of row: Int,
        with elements: some Collection<Element>
    ) {
        let place = row % Self.rowsInPage
        self.pages[row / Self.rowsInPage].replace(part, of: place, with: elements)
    }
}

extension RowPages {
    fileprivate struct Page: Sendable {
        private(set) var elements: ContiguousArray<Element> = []
        /// Where in `elements` each row ends.
        private(set) var ends: ContiguousArray<UInt32> = []

        init(reserving count: Int) {
            self.elements.reserveCapacity(count + count / 32)
            self.ends.reserveCapacity(count > 0 ? RowPages.rowsInPage : 0)
        }

        init(lengths: ArraySlice<UInt32>, of element: Element) {
            self.ends.reserveCapacity(lengths.count)
            var end: UInt32 = 0
            for length in lengths {
                end += length
                self.ends.append(end)
            }
            self.elements = ContiguousArray(repeating: element, count: Int(end))
        }

        func range(of row: Int) -> Range<Int> {
            Int(row == 0 ? 0 : self.ends[row - 1])..<Int(self.ends[row])
        }

        func withRow<Value>(_ row: Int, _ read: (UnsafeBufferPointer<Element>) -> Value) -> Value {
            let range = self.range(of: row)
            return self.elements.withUnsafeBufferPointer { read(.init(rebasing: $0[range])) }
        }

        mutating func append(_ row: some Collection<Element>) {
            self.makeRoom(for: row.count)
            self.elements.append(contentsOf: row)
            self.ends.append(UInt32(self.elements.count))
        }

        mutating func set(_ element: Element, at place: Int, of row: Int) {
            self.elements[self.range(of: row).lowerBound + place] = element
        }

        mutating func replace(
            _ part: Range<Int>,
            of row: Int,
            with new: some Collection<Element>
        ) {
            let start = self.range(of: row).lowerBound
            let growth = new.count - part.count
            self.makeRoom(for: growth)
            self.elements.replaceSubrange(
                start + part.lowerBound..<start + part.upperBound,
                with: new
            )
            for later in row..<self.ends.count {
                self.ends[later] = UInt32(Int(self.ends[later]) + growth)
            }
        }

        /// An array that has to grow doubles. Pages are small, so an eighth is enough here.
        private mutating func makeRoom(for growth: Int) {
            let count = self.elements.count + growth
            guard count > self.elements.capacity else { return }
            self.elements.reserveCapacity(count + count / 8)
        }
    }
}
