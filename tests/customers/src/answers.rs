//! What sample customers say, by language.

const EN: &[&str] = &[
    "Thank you, we are trying that now and will tell you what happens.",
    "That changed the error, but it is not gone. What should we look at next?",
    "It works again on two of three machines. Is it safe to restart the third?",
    "Understood. How long will this take? Our own customers are asking.",
    "Confirmed, everything is back to normal here. Please leave it open until tomorrow.",
];
const ZH: &[&str] = &[
    "收到，我们正在按您说的操作，有结果马上告诉您。",
    "错误信息变了，但问题还在，接下来该查哪里？",
    "三台里有两台恢复了，第三台现在可以重启吗？",
    "明白。大概还需要多久？业务部门一直在催。",
    "确认已经恢复正常，工单先别关，我们再观察一晚。",
];
const ZH_HANT: &[&str] = &[
    "收到，我們照您說的做，有結果馬上回覆。",
    "錯誤訊息不一樣了，但問題還在，接下來要看哪裡？",
    "三台裡有兩台恢復了，第三台現在可以重開嗎？",
];
const JA: &[&str] = &[
    "ありがとうございます。ただいま試しておりますので、結果をご連絡します。",
    "エラーの内容は変わりましたが、まだ解消していません。次に何を確認すればよいでしょうか。",
    "三台のうち二台は復旧しました。残りの一台は再起動しても大丈夫ですか。",
];
const KO: &[&str] = &[
    "감사합니다. 지금 적용해 보고 결과를 바로 알려 드리겠습니다.",
    "오류 메시지는 바뀌었지만 문제는 그대로입니다. 다음으로 무엇을 확인할까요?",
    "세 대 중 두 대는 복구되었습니다. 나머지 한 대를 재시작해도 될까요?",
];
const ES: &[&str] = &[
    "Gracias, lo estamos probando ahora y le contamos el resultado.",
    "El error ha cambiado, pero no ha desaparecido. ¿Qué revisamos después?",
    "Ya funciona en dos de las tres máquinas. ¿Podemos reiniciar la tercera?",
];
const DE: &[&str] = &[
    "Danke, wir probieren das gerade und melden uns mit dem Ergebnis.",
    "Der Fehler ist jetzt ein anderer, aber es geht noch nicht. Was prüfen wir als Nächstes?",
    "Auf zwei von drei Maschinen läuft es wieder. Können wir die dritte neu starten?",
];
const FR: &[&str] = &[
    "Merci, nous essayons tout de suite et vous tenons au courant.",
    "L'erreur n'est plus la même, mais le problème reste. Que faut-il vérifier ensuite ?",
    "Deux machines sur trois sont revenues. Peut-on redémarrer la troisième ?",
];
const PT: &[&str] = &[
    "Obrigado, estamos testando agora e já damos um retorno.",
    "O erro mudou, mas ainda não sumiu. O que devemos olhar agora?",
];
const AR: &[&str] = &[
    "شكرًا لكم، نجرّب ذلك الآن وسنخبركم بالنتيجة.",
    "تغيّرت رسالة الخطأ لكن المشكلة ما زالت قائمة، ما الخطوة التالية؟",
];
const RU: &[&str] = &[
    "Спасибо, сейчас пробуем и сообщим о результате.",
    "Ошибка стала другой, но не исчезла. Что проверить дальше?",
];
const HI: &[&str] = &[
    // One a line: rustfmt measures this script shorter than it is.
    "धन्यवाद, हम अभी आज़मा रहे हैं और नतीजा बताएँगे।",
    "त्रुटि बदल गई है, पर समस्या बनी हुई है। आगे क्या देखें?",
];
const ID: &[&str] = &[
    "Terima kasih, sedang kami coba dan hasilnya segera kami kabarkan.",
    "Pesan galatnya berubah, tetapi masalahnya belum hilang. Apa langkah berikutnya?",
];
const TH: &[&str] = &[
    "ขอบคุณค่ะ กำลังลองทำตามอยู่ เดี๋ยวแจ้งผลให้ทราบนะคะ",
    "ข้อความแสดงข้อผิดพลาดเปลี่ยนไปแล้ว แต่ปัญหายังอยู่ ต้องดูตรงไหนต่อคะ",
];
const VI: &[&str] = &[
    "Cảm ơn, chúng tôi đang thử và sẽ báo kết quả ngay.",
    "Lỗi đã khác trước nhưng vẫn chưa hết. Tiếp theo nên kiểm tra gì?",
];

/// An answer in that language, chosen by chance (0 to 255).
pub fn pick(language: &str, chance: u8) -> &'static str {
    let answers = match language {
        "zh-Hant" => ZH_HANT,
        "ja" => JA,
        "ko" => KO,
        "es" => ES,
        "de" => DE,
        "fr" => FR,
        "pt-BR" | "pt" => PT,
        "ar" => AR,
        "ru" => RU,
        "hi" => HI,
        "id" => ID,
        "th" => TH,
        "vi" => VI,
        language if language.starts_with("zh") => ZH,
        _ => EN,
    };
    answers[usize::from(chance) % answers.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_answer_in_the_language_they_were_written_to() {
        for language in ["en", "zh-Hans", "zh-Hant", "ja", "ko", "de", "ar", "ru", "th", "vi"] {
            for chance in [0, 1, 255] {
                let answer = pick(language, chance);
                let found = holdfast_search::detect(answer).map(|found| found.tag());
                assert_eq!(found, Some(language), "{answer}");
            }
        }
        assert_eq!(pick("tlh", 0), EN[0]);
    }
}
