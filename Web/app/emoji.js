// A compact list of emoji: each with the words, English and Russian, that find it.

const LIST = {
  faces: `
😀 grin улыбка|😃 smile happy радость|😄 laugh смех|😁 beam сияет|😆 haha смеётся|😅 sweat phew пот|
🤣 rofl хохот|😂 joy tears слёзы смех|🙂 slight лёгкая улыбка|🙃 upside вверх ногами|😉 wink подмигивает|
😊 blush румянец|😇 angel ангел|🥰 love adore любовь|😍 heart eyes влюблён|🤩 star wow восторг|😘 kiss поцелуй|
😋 yum вкусно|😛 tongue язык|😜 wink tongue дразнит|🤪 zany чудик|🤗 hug обнимает|🤭 oops ой|🤫 quiet тише|
🤔 think hmm думает|🤐 zip молчит|🤨 eyebrow сомнение|😐 neutral нейтрально|😑 blank без слов|
😶 silent безмолвие|😏 smirk ухмылка|😒 unamused недоволен|🙄 roll eyes закатил глаза|😬 grimace неловко|
😌 relieved спокоен|😔 pensive грусть|😪 sleepy сонный|😴 sleep zzz спит|😷 mask маска болен|
🤒 sick температура|🤧 sneeze чихает|🥵 hot жарко|🥶 cold холодно|🥴 woozy голова кругом|
😵 dizzy головокружение|🤯 mind blown взрыв мозга|🤠 cowboy ковбой|🥳 party праздник|😎 cool крутой очки|
🤓 nerd умник|🧐 monocle рассматривает|😕 confused растерян|😟 worried тревога|🙁 frown хмурый|😮 open wow ого|
😲 astonished поражён|😳 flushed смущён|🥺 plead умоляет|😢 cry плачет|😭 sob рыдает|😱 scream ужас|
😖 confounded мучение|😞 disappointed разочарован|😓 downcast уныние|😩 weary устал|😫 tired измучен|
🥱 yawn зевает|😤 huff пыхтит|😠 angry злой|😡 rage ярость|🤬 swear ругается|😈 devil чертёнок|💀 skull череп|
💩 poop какашка|🤡 clown клоун|👻 ghost призрак|👽 alien инопланетянин|🤖 robot робот|😺 cat кот|
🙈 monkey see обезьяна не вижу|🙉 monkey hear не слышу|🙊 monkey speak не скажу`,
  hands: `
👍 thumbs up yes plus лайк да плюс палец вверх|👎 thumbs down no minus нет минус палец вниз|👌 ok хорошо|
🤌 pinched щепотка|✌️ peace victory мир победа|🤞 fingers crossed удачи|🤟 love you люблю|🤘 rock рок|
🤙 call позвони|👈 left влево|👉 right вправо|👆 up вверх|👇 down вниз|☝️ point внимание|
👋 wave hello привет пока|🤚 hand рука|✋ stop high five стоп пять|🖖 spock|👏 clap bravo браво аплодисменты|
🙌 hooray ура|👐 open hands ладони|🤲 palms ладони|🤝 handshake deal договорились рукопожатие|
🙏 please thanks pray спасибо пожалуйста|✍️ write пишет|💪 strong muscle сила|👀 eyes look глаза смотрю|
👁️ eye глаз|🧠 brain мозг|👂 ear ухо|👃 nose нос|👶 baby малыш|🧒 child ребёнок|👩 woman женщина|👨 man мужчина|
👵 grandma бабушка|👴 grandpa дедушка|🤷 shrug не знаю|🤦 facepalm фейспалм|🙋 raise hand я|🙅 no gesture нет|
🙆 ok gesture да|🏃 run бежит|🚶 walk идёт|💃 dance танец|🕺 dancing танцует|👪 family семья|
👩‍💻 developer программист|🧑‍🔬 scientist учёный|🧑‍🍳 cook повар|🥷 ninja ниндзя|🧙 wizard волшебник`,
  hearts: `
❤️ heart love red сердце любовь красное|🧡 orange heart оранжевое сердце|💛 yellow heart жёлтое сердце|
💚 green heart зелёное сердце|💙 blue heart синее сердце|💜 purple heart фиолетовое сердце|
🖤 black heart чёрное сердце|🤍 white heart белое сердце|💔 broken heart разбитое сердце|💕 hearts сердечки|
💯 hundred сто|💥 boom взрыв|💫 dizzy star звёздочка|💦 drops капли|💤 zzz сон|✅ check done готово да|
☑️ tick галочка|❌ cross no нет крест|❗ exclamation важно|❓ question вопрос|‼️ attention внимание|
⚠️ warning осторожно|🚫 forbidden нельзя|♻️ recycle переработка|🔥 fire lit огонь|✨ sparkles блеск|
⭐ star звезда|🌟 glowing star сияние|⚡ lightning молния быстро|🎉 party tada ура праздник|
🎊 confetti конфетти|➕ plus плюс|➖ minus минус|🔴 red красный|🟡 yellow жёлтый|🟢 green зелёный|🔵 blue синий|
⬆️ up вверх|⬇️ down вниз|🆗 ok|🆕 new новое|🏁 finish финиш|🚩 flag флаг`,
  nature: `
🐶 dog собака|🐱 cat кошка|🐭 mouse мышь|🐹 hamster хомяк|🐰 rabbit кролик|🦊 fox лиса|🐻 bear медведь|
🐼 panda панда|🐨 koala коала|🐯 tiger тигр|🦁 lion лев|🐮 cow корова|🐷 pig свинья|🐸 frog лягушка|
🐵 monkey обезьяна|🐔 chicken курица|🐧 penguin пингвин|🐦 bird птица|🦆 duck утка|🦉 owl сова|🐺 wolf волк|
🐴 horse лошадь|🦄 unicorn единорог|🐝 bee пчела|🐛 bug жук баг|🦋 butterfly бабочка|🐌 snail улитка|
🐞 ladybug божья коровка|🐢 turtle черепаха|🐍 snake змея|🐙 octopus осьминог|🐳 whale кит|🐬 dolphin дельфин|
🐟 fish рыба|🦔 hedgehog ёж|🌵 cactus кактус|🎄 tree ёлка|🌲 pine сосна|🌱 seedling росток|
🍀 clover luck клевер удача|🍁 maple клён осень|🌷 tulip тюльпан|🌹 rose роза|🌻 sunflower подсолнух|
🌍 earth земля|🌙 moon луна|☀️ sun солнце|⛅ cloud облачно|☁️ clouds облака|🌧️ rain дождь|⛈️ storm гроза|
❄️ snow снег|☃️ snowman снеговик|🌈 rainbow радуга|🌊 wave волна море`,
  food: `
🍏 apple яблоко|🍌 banana банан|🍉 watermelon арбуз|🍓 strawberry клубника|🍒 cherry вишня|🍑 peach персик|
🍍 pineapple ананас|🥑 avocado авокадо|🍅 tomato помидор|🥕 carrot морковь|🌽 corn кукуруза|🍄 mushroom гриб|
🍞 bread хлеб|🥐 croissant круассан|🧀 cheese сыр|🥚 egg яйцо|🥓 bacon бекон|🥞 pancakes блины|🍔 burger бургер|
🍟 fries картошка|🍕 pizza пицца|🌭 hotdog хотдог|🥪 sandwich бутерброд|🌮 taco тако|🥗 salad салат|
🍝 pasta паста|🍜 soup ramen суп лапша|🍣 sushi суши|🥟 dumpling пельмени|🍦 ice cream мороженое|
🍩 donut пончик|🍪 cookie печенье|🎂 birthday cake торт день рождения|🍰 cake пирожное|🍫 chocolate шоколад|
🍬 candy конфета|🍿 popcorn попкорн|☕ coffee кофе|🍵 tea чай|🧃 juice сок|🍺 beer пиво|🍻 cheers чокаются|
🍷 wine вино|🥂 toast шампанское|🍸 cocktail коктейль|🧉 mate мате`,
  things: `
⚽ football футбол|🏀 basketball баскетбол|🏐 volleyball волейбол|🎾 tennis теннис|🏓 ping pong теннис|
🏆 trophy кубок победа|🥇 gold medal золото медаль|🎮 game игра|🎲 dice кубик|🧩 puzzle пазл|🎯 target цель|
🎸 guitar гитара|🎹 piano пианино|🎧 headphones наушники|🎤 microphone микрофон|🎬 film кино|📷 camera камера|
🎨 art рисунок|🚀 rocket ship ракета|✈️ plane самолёт|🚗 car машина|🚌 bus автобус|🚆 train поезд|
🚲 bike велосипед|🛴 scooter самокат|⛵ sail парус|⛺ camp палатка|🏠 home дом|🏢 office офис|🏖️ beach пляж|
🗺️ map карта|⏰ alarm будильник время|⏳ hourglass ждать|📅 calendar календарь|💻 laptop ноутбук|
📱 phone телефон|⌨️ keyboard клавиатура|💾 save сохранить|🔋 battery батарея|💡 idea lamp идея лампа|
🔦 torch фонарь|📖 book книга|📝 note заметка|✏️ pencil карандаш|📌 pin кнопка|📎 clip скрепка|🔗 link ссылка|
🔒 lock замок|🔑 key ключ|🔨 hammer молоток|🔧 wrench ключ ремонт|⚙️ gear настройки|🧪 test tube опыт|
💊 pill таблетка|🎁 gift подарок|🎈 balloon шарик|📦 package посылка|📣 megaphone объявление|
🔔 bell колокольчик|💰 money деньги|📈 chart up рост|📉 chart down падение|🗑️ trash корзина|🧹 broom уборка`,
};

/** The emoji by group, in the order in which they are offered. */
export const EMOJI = Object.entries(LIST).map(([group, text]) => ({
  group,
  entries: text.split('|').map((each) => {
    const [emoji, ...words] = each.trim().split(' ');
    return { emoji, words: words.join(' ') };
  }),
}));
