/// What there is to look at in a demo.
enum DemoChats {
    private static let anna = 0, ben = 1, chiara = 2, dmitri = 3

    static let all = [Self.hike, Self.release, Self.dacha, Self.keys, Self.recipe]

    private static func days(_ days: Int, _ hours: Int = 0, _ minutes: Int = 0) -> Duration {
        .seconds(((days * 24 + hours) * 60 + minutes) * 60)
    }

    private static let hike = DemoChat(
        title: "Saturday hike 🥾",
        members: [Self.anna, Self.ben, Self.chiara, Self.dmitri],
        lines: [
            .init(
                author: Self.anna,
                age: Self.days(3, 5),
                text: "Who is in for Saturday? I would like to be back before it gets dark.",
                reactions: [("🙋", Self.ben), ("🙋", Self.chiara)]
            ),
            .init(author: Self.ben, age: Self.days(3, 4, 48), text: "In! North ridge or the lake?"),
            .init(author: Self.chiara, age: Self.days(3, 4, 40), text: "Lake, please."),
            .init(
                author: Self.chiara,
                age: Self.days(3, 4, 39),
                text: "My knees have voted."
            ),
            .init(
                author: Self.dmitri,
                age: Self.days(2, 9),
                text: "Lake it is. The path by the river is closed until spring, we go around:\n"
                    + "https://www.openstreetmap.org/#map=14/47.63/12.98",
                answers: 1,
                reactions: [("👍", Self.anna), ("👍", Self.chiara), ("❤️", Self.ben)]
            ),
            .init(
                author: Self.anna,
                age: Self.days(2, 8, 30),
                text: "Train at 8:12, platform 4. I will bring the big thermos.",
                reactions: [("☕", Self.ben), ("☕", Self.dmitri)],
                draft: "Train at 8:21, platform 4. I will bring the big thermos."
            ),
            .init(author: Self.ben, age: Self.days(2, 8, 5), text: "I can drive", isDeleted: true),
            .init(
                author: Self.ben,
                age: Self.days(2, 8, 4),
                text: "I thought I could drive, but the car is at the garage. Train!"
            ),
            .init(author: Self.chiara, age: Self.days(1, 2), text: "What about lunch?"),
            .init(
                author: Self.dmitri,
                age: Self.days(1, 1, 55),
                text: "The hut is open from eleven. Dumplings 😋",
                answers: 8,
                reactions: [("😋", Self.chiara), ("😋", Self.anna)]
            ),
            .init(author: Self.anna, age: Self.days(0, 3), text: "Weather says 14° and sun."),
            .init(
                author: Self.ben,
                age: Self.days(0, 1, 20),
                text: "Then I leave the umbrella and regret it, as always."
            ),
            .init(author: Self.chiara, age: Self.days(0, 0, 12), text: "See you on platform 4 👋"),
        ],
        absent: [Self.anna, Self.dmitri]
    )

    private static let release = DemoChat(
        title: "Release 2.4",
        members: [Self.dmitri, Self.ben, Self.chiara],
        lines: [
            .init(
                author: Self.dmitri,
                age: Self.days(6, 2),
                text: "The build is green again. It was the time zone, as it always is."
            ),
            .init(
                author: Self.ben,
                age: Self.days(6, 1, 50),
                text: "For the record, this is what failed:\n"
                    + "```\nlet day = calendar.startOfDay(for: now)\n"
                    + "assert(day <= now)   // not where the clock goes back\n```",
                answers: 0,
                reactions: [("🤯", Self.chiara)]
            ),
            .init(
                author: Self.chiara,
                age: Self.days(5, 20),
                text: "I went through all open reports. Three are left, one of them is only text."
            ),
            .init(
                author: Self.dmitri,
                age: Self.days(5, 19, 30),
                text: "Then I would say Thursday.",
                reactions: [("🎉", Self.ben), ("🎉", Self.chiara)]
            ),
            .init(author: Self.ben, age: Self.days(1, 6), text: "Tagged `v2.4.0`."),
            .init(
                author: Self.chiara,
                age: Self.days(0, 20),
                text: "Notes are ready, please read them once more before lunch."
            ),
        ],
        absent: [Self.dmitri]
    )

    private static let dacha = DemoChat(
        title: "Дача",
        members: [Self.anna, Self.dmitri],
        lines: [
            .init(author: Self.anna, age: Self.days(4), text: "Яблок опять ведро. Приедешь?"),
            .init(
                author: Self.dmitri,
                age: Self.days(3, 23),
                text: "Приеду в воскресенье. Захватить банки?",
                answers: 0
            ),
            .init(
                author: Self.anna,
                age: Self.days(3, 22, 50),
                text: "Захвати. И сахара, если не трудно 🙏",
                reactions: [("👌", Self.dmitri)]
            ),
            .init(
                author: Self.dmitri,
                age: Self.days(0, 2),
                text: "Банок двенадцать штук, сахара пять килограммов. Хватит?"
            ),
        ],
        absent: [Self.anna]
    )

    private static let keys = DemoChat(
        title: nil,
        members: [Self.anna, Self.ben],
        lines: [
            .init(author: Self.ben, age: Self.days(2, 1), text: "Are my keys at your place?"),
            .init(
                author: Self.anna,
                age: Self.days(2, 0, 30),
                text: "Blue tag, one of them bent? They are on the shelf.",
                answers: 0
            ),
            .init(
                author: Self.ben,
                age: Self.days(2, 0, 28),
                text: "That's them! I'll come by tonight.",
                reactions: [("🗝️", Self.anna)]
            ),
        ]
    )

    private static let recipe = DemoChat(
        title: nil,
        members: [Self.chiara, Self.anna],
        lines: [
            .init(author: Self.anna, age: Self.days(1, 10), text: "How long do the beans soak?"),
            .init(
                author: Self.chiara,
                age: Self.days(1, 9, 40),
                text: "Overnight. Then:\n1. onion and celery, slowly\n2. beans, twice the water\n"
                    + "3. an hour and a half, no salt until the end",
                answers: 0,
                reactions: [("❤️", Self.anna)]
            ),
            .init(author: Self.anna, age: Self.days(0, 9), text: "It worked. Second plate."),
        ],
        absent: [Self.chiara]
    )
}
