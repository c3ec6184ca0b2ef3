//! What gives a language away in a short text among those of its script: its small words, and
//! letters that the others lack. It settles what statistics over letter groups leave open.
//!
//! Deliberately absent: topic words; a ticket is full of English ones in every language.

/// The languages told apart here, with their small words (lowercase) and their own letters.
pub(super) const LATIN: [Marks; 12] = [
    Marks {
        tag: "en",
        words: "the of and to is in it that was for on are with as at be this have from not but \
            by we you they he she his her their our your my i an when what how why which who can \
            could would should will does did has had been were there here please thanks thank \
            hello hi after before into all no yes or if so do than then them these those",
        letters: "",
    },
    Marks {
        tag: "de",
        words: "der die das und ist nicht ein eine einen einem einer eines zu den dem des von mit \
            für auf im in wir ich sie er es hat haben habe wird werden wurde sind war bei nach aus \
            auch sich als wie kann können noch nur bitte danke hallo guten oder aber wenn über \
            zum zur durch seit unser unsere ihr ihre kein keine mehr vor um am dass was wo warum",
        letters: "ß",
    },
    Marks {
        tag: "fr",
        words: "le la les des du de un une et est en pas que qui dans pour sur avec nous vous il \
            elle ils je ce cette ces au aux par ne se sont a été être mais ou où plus son sa ses \
            notre votre nos vos bonjour merci depuis comme tout tous avons avez fait peut sans l \
            d qu n s j c y leur leurs quand comment pourquoi après avant toujours si",
        letters: "œ",
    },
    Marks {
        tag: "es",
        words: "el la los las de del un una y es en no que por para con se su sus al lo como más \
            pero está están son ha han hay muy ya nos me mi cuando desde hasta sobre este esta \
            estos estas también porque qué cómo hola gracias buenos favor puede tiene tenemos \
            fue ser o si sin nuestro nuestra usted ustedes todos todo hemos le les donde él",
        letters: "ñ¿¡",
    },
    Marks {
        tag: "pt",
        words: "o a os as do da dos das de um uma e é em no na nos nas não que por para com se \
            seu sua ao à como mais mas está estão são foi tem temos têm já nosso nossa você vocês \
            ele ela eles quando desde até sobre este esta isso isto também porque olá obrigado \
            obrigada bom pode ser ou sem muito pelo pela meu minha todos todo depois antes onde",
        letters: "ãõ",
    },
    Marks {
        tag: "it",
        words: "il lo la i gli le di del della dei delle degli un una uno e è in non che per con \
            si su al alla ai alle da dal dalla nel nella nei sono ha hanno ho abbiamo come più ma \
            anche questo questa questi quando dopo prima stato stata era essere ciao grazie buon \
            può nostro nostra mi ci vi o se senza perché dove quale tutti tutto l d dell all nell",
        letters: "",
    },
    Marks {
        tag: "nl",
        words: "de het een en van is in niet dat op te zijn was voor met aan er om ook als bij \
            maar naar uit door over ze we wij ik je u hij zij dit die deze heeft hebben had wordt \
            worden werd kan kunnen nog geen wel dan of hoe wat waarom wanneer onze ons uw mijn \
            graag bedankt dank hallo goedendag tot sinds meer alle alleen moet zou na",
        letters: "",
    },
    Marks {
        tag: "pl",
        words: "nie się jest na do że to w z i o za dla jak czy po od ale przez są był była było \
            być już tylko może można proszę dzień dobry dziękuję który która które tego tym ten \
            ta mam mamy nam nasz nasza przed oraz lub jeśli gdy kiedy dlaczego co ich jego jej \
            przy ze także został została bardzo pod bez więc",
        letters: "łąęśźżćń",
    },
    Marks {
        tag: "sv",
        words: "och att det som en ett är i på av för med den till inte har de vi jag om kan men \
            var från så när vid eller efter under mot hur varför vad ni er vår våra han hon sig \
            sin sina blev bli blir skulle ska måste hej tack dig mig också bara finns där här \
            detta denna dessa utan sedan mycket vara varit igen",
        letters: "å",
    },
    Marks {
        tag: "tr",
        words: "ve bir bu da de için ile çok daha ne gibi kadar olan olarak olduğu ama değil var \
            yok mi mı mu mü ben biz siz o onlar şu her sonra önce nasıl neden lütfen merhaba \
            teşekkürler teşekkür ederim en ya veya ki ise göre şekilde tarafından üzere oldu \
            ediyor olur bizim sizin hiç tüm kez",
        letters: "ğış",
    },
    Marks {
        tag: "vi",
        words: "và của là có không được cho các này một những trong với để khi đã người từ đến \
            như về cũng tôi chúng bạn anh chị em ông bà vào ra lại thì mà bị sẽ đang nhưng hay \
            hoặc nếu tại sao thế nào gì rất xin chào cảm ơn vui lòng giúp theo trên dưới sau \
            trước nhiều việc",
        letters: "ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    },
    Marks {
        tag: "id",
        words: "yang dan di ke dari untuk dengan pada ini itu tidak bisa dapat akan sudah telah \
            ada adalah kami saya anda mereka dia oleh atau juga dalam sebagai karena jika saat \
            setelah sebelum lebih hanya masih sedang baru semua seperti agar kita bagaimana \
            mengapa kenapa apa apakah belum mohon terima kasih tolong silakan selamat halo bukan \
            para tersebut antara hingga sejak tetapi namun bahwa",
        letters: "",
    },
];

/// The languages told apart in Cyrillic; the first is taken where nothing shows.
pub(super) const CYRILLIC: [Marks; 2] = [
    Marks {
        tag: "ru",
        words: "и что как это или если от из только не мы вы они он она его их был была были \
            есть нет при уже еще ещё после можно нужно с со во ко об пожалуйста спасибо",
        letters: "ыэъё",
    },
    Marks {
        tag: "uk",
        words: "та що як це або якщо від із лише ми ви вони він вона його їх був була були є \
            немає при вже ще після можна потрібно з зі у й щоб під будь ласка дякую",
        letters: "іїєґ",
    },
];

/// The languages told apart in Arabic letters; the first is taken where nothing shows.
pub(super) const ARABIC: [Marks; 3] = [
    Marks {
        tag: "ar",
        words: "في من على إلى الى أن ان لا ما هذا هذه عن مع كان كانت التي الذي بعد قبل تم لم قد \
            هو هي كل أو او لكن عند",
        letters: "يكةىأإؤ",
    },
    Marks {
        tag: "fa",
        words: "در به از که این را با است برای آن یک می نمی شده شد بود خود تا هم یا اگر های ها \
            کرد کرده کنید کنیم ما شما لطفا دارد هستند چه",
        letters: "پچژگکی",
    },
    Marks {
        tag: "ur",
        words: "کے کی میں ہے سے کا ہیں نے اور کو پر یہ وہ اس ان تھا تھی تھے نہیں کہ بھی ہو گیا \
            ہم آپ جو کیا براہ کرم لیے ایک",
        letters: "پچژگکیٹڈڑںےہھ",
    },
];

/// What one language shows of itself.
pub(super) struct Marks {
    pub tag: &'static str,
    /// Separated by spaces.
    pub words: &'static str,
    pub letters: &'static str,
}

/// Portuguese as it is written in Portugal, where Brazil writes otherwise.
pub(super) const EUROPEAN_PORTUGUESE: &str = "utilizador utilizadores utilizadora ficheiro \
    ficheiros ecrã equipa equipas telemóvel autocarro registo registos contacto contactos facto \
    facturação palavra-passe rato portátil acção direcção projecto actual sítio morada connosco \
    vosso vossa vossos vossas gostaríamos agradecíamos";

/// Brackets of Indonesian verbs and their nouns: `me…kan`, `pe…an`, `di…nya`.
pub(super) const INDONESIAN_FIRST: [&str; 6] = ["me", "ber", "ter", "pe", "di", "ke"];
pub(super) const INDONESIAN_LAST: [&str; 3] = ["kan", "nya", "an"];
