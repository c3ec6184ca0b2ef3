//! The language of what customers and agents write, ours to keep: short, technical, mixed.

use holdfast_search::{Language, detect, guess};
use proptest::prelude::*;

const MESSAGES: [(&str, &str); 29] = [
    ("The instance i-bp1f4k9x has been unreachable since 03:10, please help.", "en"),
    ("Our nightly backup fails with AccessDenied.NoPermission", "en"),
    ("Thanks!", "en"),
    ("我们的 ECS 实例 i-bp1f4k9x 从凌晨三点开始蓝屏，错误代码 0x7E", "zh-Hans"),
    ("请问这个月的账单为什么多了一倍？", "zh-Hans"),
    ("我們的 OSS bucket 無法上傳檔案，錯誤訊息如附件", "zh-Hant"),
    ("請問這個月的帳單為什麼多了一倍？", "zh-Hant"),
    ("本番環境のインスタンスが再起動を繰り返しています。", "ja"),
    ("障害対応中", "ja"),
    ("데이터베이스 연결이 계속 끊어집니다. 확인 부탁드립니다.", "ko"),
    ("हमारा सर्वर सुबह से बंद है, कृपया जल्दी देखें", "hi"),
    ("Seit heute Morgen ist unsere Datenbank nicht mehr erreichbar.", "de"),
    ("Le certificat du répartiteur de charge a expiré cette nuit.", "fr"),
    ("No podemos acceder a la consola desde ayer, ¿nos pueden ayudar?", "es"),
    ("Não conseguimos subir arquivos para o bucket desde ontem.", "pt-BR"),
    ("O utilizador não consegue abrir o ficheiro desde ontem.", "pt-PT"),
    ("لا يمكننا الوصول إلى لوحة التحكم منذ الصباح", "ar"),
    ("از امروز صبح به پنل دسترسی نداریم", "fa"),
    ("ہمارا سرور صبح سے بند ہے", "ur"),
    ("После обновления ядра кластер не поднимается", "ru"),
    ("Після оновлення кластер не запускається, що робити?", "uk"),
    ("Kami tidak bisa mengakses konsol sejak tadi pagi, mohon bantuannya.", "id"),
    ("ตั้งแต่เช้าเราเข้าใช้งานระบบไม่ได้", "th"),
    ("Chúng tôi không thể truy cập máy chủ từ sáng nay.", "vi"),
    ("Dün geceden beri sunucuya bağlanamıyoruz, lütfen yardım edin.", "tr"),
    ("Od rana nie możemy połączyć się z bazą danych.", "pl"),
    ("Sinds vanochtend kunnen we de server niet meer bereiken.", "nl"),
    ("Vi kan inte nå databasen sedan i morse.", "sv"),
    ("Da stamattina non riusciamo ad accedere alla console.", "it"),
];

#[test]
fn a_short_message_is_named_by_its_language() {
    for (text, tag) in MESSAGES {
        assert_eq!(detect(text).map(Language::tag), Some(tag), "{text}");
    }
}

#[test]
fn code_and_logs_around_a_sentence_do_not_change_its_language() {
    let log = "2026-11-21T03:10:44Z ERROR connection pool exhausted after waiting\n".repeat(30);
    let fence = "```\nfor host in the_list of all hosts do ping the host\n```\n".repeat(5);
    for (sentence, tag) in [
        ("Bitte prüfen Sie, warum die Verbindungen ausgehen.", "de"),
        ("请帮忙看一下连接池为什么会耗尽", "zh-Hans"),
        ("コネクションプールを確認してください", "ja"),
    ] {
        let text = format!("{sentence}\n{log}{fence}> the quoted line of the other side\n");
        assert_eq!(detect(&text).map(Language::tag), Some(tag));
    }
}

#[test]
fn nothing_is_said_where_nothing_can_be_told() {
    let log = "2026-11-21T03:10:44Z ERROR connection pool exhausted\n";
    for text in ["", "   ", "ok", "👍", "10.0.0.1", "https://console.example.com/a", log, "#48213"]
    {
        assert_eq!(detect(text), None, "{text}");
    }
}

#[test]
fn a_language_is_asked_for_by_tag_or_by_the_beginning_of_one() {
    let hans = Language::parse("ZH-hans").expect("a known tag");
    assert_eq!(hans.tag(), "zh-Hans");
    assert!(hans.is_within("zh") && hans.is_within("zh-HANS"));
    assert!(!hans.is_within("z") && !hans.is_within("zh-Hant") && !hans.is_within(""));
    assert!(Language::parse("xx").is_none());
    assert!(Language::ALL.is_sorted());
}

proptest! {
    #[test]
    fn any_text_has_one_answer(text in any::<String>()) {
        let first = guess(&text);
        prop_assert_eq!(first, guess(&text));
        if let Some(guess) = first {
            prop_assert!((0.0..=1.0).contains(&guess.confidence));
        }
    }
}
