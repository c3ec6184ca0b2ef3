//! Han characters that are written differently in mainland China and in Taiwan or Hong Kong, and
//! those that are written so in Japan only. Search folds the traditional form to the simplified
//! one; the language of a text is read from which of them it uses.
//!
//! Only frequent characters are listed, which is enough: a sentence has several. Deliberately
//! absent: conversion for reading (words differ too, 服务器 and 伺服器), and pairs whose
//! traditional form is also correct in simplified text (乾, 著, 徵).

use std::sync::LazyLock;

/// Which way of writing a character belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    Simplified,
    Traditional,
    Japanese,
}

/// The simplified form of a traditional character; any other character as it is.
pub(crate) fn simplified(c: char) -> char {
    if !('\u{4E00}'..='\u{9FFF}').contains(&c) {
        return c;
    }
    let found = TABLE.traditional.binary_search_by_key(&c, |(traditional, _)| *traditional);
    found.map_or(c, |at| TABLE.traditional[at].1)
}

/// The one way of writing that has this character, if there is only one.
pub(crate) fn writing(c: char) -> Option<Writing> {
    if simplified(c) != c {
        return Some(Writing::Traditional);
    }
    if TABLE.simplified.binary_search(&c).is_ok() {
        return Some(Writing::Simplified);
    }
    TABLE.japanese.binary_search(&c).ok().map(|_| Writing::Japanese)
}

struct Table {
    /// Traditional to simplified.
    traditional: Vec<(char, char)>,
    /// Characters that traditional text does not have.
    simplified: Vec<char>,
    japanese: Vec<char>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let sorted = |mut chars: Vec<char>| {
        chars.sort_unstable();
        chars
    };
    let one_to_one: Vec<(char, char)> = pairs(PAIRS).collect();
    let mut traditional: Vec<(char, char)> =
        one_to_one.iter().copied().chain(pairs(SHARED)).map(|(s, t)| (t, s)).collect();
    traditional.sort_unstable();
    Table {
        traditional,
        simplified: sorted(one_to_one.iter().map(|(simplified, _)| *simplified).collect()),
        japanese: sorted(JAPANESE.chars().filter(|c| !c.is_whitespace()).collect()),
    }
});

fn pairs(listed: &str) -> impl Iterator<Item = (char, char)> {
    listed.split_whitespace().filter_map(|pair| {
        let mut chars = pair.chars();
        Some((chars.next()?, chars.next()?))
    })
}

/// Simplified, traditional: each is seen in one way of writing only.
const PAIRS: &str = "\
    个個 们們 这這 来來 时時 会會 对對 说說 国國 学學 还還 没沒 样樣 过過 开開 当當 经經 动動 进進 \
    实實 现現 长長 问問 题題 无無 业業 东東 车車 书書 见見 关關 门門 间間 电電 话話 语語 请請 谢謝 \
    让讓 认認 识識 该該 应應 证證 评評 诉訴 词詞 设設 许許 论論 访訪 记記 议議 计計 订訂 试試 误誤 \
    读讀 课課 谁誰 调調 谈談 详詳 诊診 网網 络絡 线線 组組 织織 终終 给給 统統 续續 维維 编編 绍紹 \
    结結 级級 约約 纪紀 红紅 纯純 纸紙 细細 绝絕 继繼 绩績 缓緩 缘緣 缩縮 总總 码碼 图圖 团團 园園 \
    围圍 场場 块塊 坏壞 报報 环環 机機 构構 标標 极極 权權 条條 杂雜 栏欄 检檢 楼樓 欢歡 档檔 类類 \
    错錯 铁鐵 银銀 钱錢 键鍵 链鏈 锁鎖 镜鏡 针針 钥鑰 销銷 铺鋪 录錄 页頁 顶頂 项項 顺順 须須 顾顧 \
    预預 领領 频頻 颜顏 额額 风風 飞飛 饭飯 馆館 马馬 驱驅 验驗 骗騙 鱼魚 鸟鳥 黄黃 齐齊 龙龍 龄齡 \
    亿億 仅僅 从從 仓倉 价價 众眾 优優 传傳 伤傷 伦倫 伟偉 侧側 侦偵 债債 倾傾 储儲 儿兒 党黨 兰蘭 \
    兴興 养養 兽獸 内內 册冊 写寫 军軍 农農 冲衝 决決 况況 冻凍 净淨 减減 击擊 则則 刚剛 创創 别別 \
    剂劑 剧劇 办辦 务務 劳勞 势勢 区區 医醫 华華 协協 单單 卖賣 卫衛 厂廠 厅廳 压壓 县縣 参參 双雙 \
    变變 叠疊 号號 吗嗎 听聽 启啟 员員 响響 唤喚 喷噴 嘱囑 圆圓 处處 备備 头頭 夹夾 夺奪 奖獎 妇婦 \
    妈媽 娱娛 孙孫 宁寧 宝寶 审審 宽寬 宾賓 将將 寻尋 导導 寿壽 尔爾 尘塵 尝嘗 层層 属屬 岁歲 岛島 \
    帅帥 师師 帐帳 帮幫 带帶 广廣 庄莊 库庫 废廢 归歸 异異 弃棄 张張 弯彎 弹彈 强強 径徑 忆憶 忧憂 \
    怀懷 态態 恶惡 悬懸 惊驚 惯慣 战戰 户戶 扩擴 执執 扫掃 扬揚 护護 担擔 拟擬 拥擁 择擇 挂掛 挡擋 \
    挤擠 损損 换換 摄攝 摆擺 撑撐 敌敵 数數 断斷 旧舊 显顯 晓曉 暂暫 栈棧 树樹 桥橋 梦夢 毁毀 毕畢 \
    气氣 汉漢 汤湯 沟溝 沪滬 泪淚 洁潔 浅淺 测測 浏瀏 济濟 涌湧 涛濤 润潤 涨漲 渐漸 渔漁 湾灣 湿濕 \
    满滿 滚滾 滞滯 灭滅 灯燈 灵靈 灾災 炉爐 点點 热熱 烦煩 烧燒 爱愛 牵牽 状狀 独獨 狭狹 猎獵 猫貓 \
    献獻 玛瑪 画畫 畅暢 疗療 疯瘋 监監 盖蓋 盘盤 矿礦 础礎 确確 碍礙 礼禮 祸禍 离離 种種 积積 称稱 \
    稳穩 穷窮 窃竊 竞競 笔筆 筛篩 简簡 粮糧 紧緊 罗羅 罚罰 罢罷 职職 联聯 肤膚 胜勝 脑腦 脚腳 脱脫 \
    脸臉 舰艦 艺藝 节節 苏蘇 药藥 荣榮 营營 蓝藍 虑慮 虚虛 虽雖 蚀蝕 补補 装裝 袭襲 觉覺 览覽 规規 \
    视視 观觀 触觸 誉譽 译譯 质質 贝貝 负負 财財 责責 败敗 货貨 购購 贯貫 贴貼 贵貴 贷貸 费費 资資 \
    赏賞 赖賴 赛賽 赠贈 赢贏 赵趙 趋趨 跃躍 践踐 踪蹤 轨軌 转轉 轮輪 软軟 轻輕 载載 较較 辅輔 辆輛 \
    辈輩 输輸 边邊 达達 迁遷 运運 违違 连連 迟遲 适適 选選 逊遜 递遞 逻邏 遗遺 邮郵 邻鄰 郑鄭 酱醬 \
    释釋 闪閃 闭閉 闲閒 闷悶 闻聞 阀閥 阅閱 队隊 阳陽 阶階 际際 陆陸 陈陳 险險 随隨 隐隱 难難 静靜 \
    韩韓 颁頒 饮飲 馈饋 骤驟 鲜鮮 鲁魯 麦麥 丢丟 两兩 严嚴 丧喪 临臨 为為 丽麗 举舉 义義 乌烏 乐樂 \
    乔喬 习習 乡鄉 买買 乱亂 争爭 亏虧 亚亞 产產 亲親 仪儀 凭憑 凯凱 刘劉 剑劍 励勵 劲勁 卢盧 却卻 \
    吓嚇 吴吳 哑啞 够夠 宪憲 尽盡 岗崗 币幣 庆慶 彻徹 惧懼 愿願 懒懶 扰擾 抢搶 挥揮 携攜 昼晝 杀殺 \
    枪槍 泽澤 滨濱 潜潛 牺犧 皱皺 盐鹽 硕碩 纠糾 纤纖 纳納 纵縱 纷紛 纹紋 练練 绑綁 绕繞 绘繪 绪緒 \
    绿綠 缝縫 缴繳 肃肅 胁脅 舱艙 苍蒼 莱萊 蒋蔣 蛮蠻 讲講 训訓 讯訊 诈詐 诚誠 诞誕 询詢 诺諾 谋謀 \
    谓謂 谨謹 谱譜 账賬 贡貢 贸貿 赋賦 轰轟 辑輯 辞辭 迹跡 遥遙 钢鋼 钦欽 铃鈴 锅鍋 锋鋒 镇鎮 闯闖 \
    陕陝 雾霧 韦韋 顿頓 颗顆 饰飾 饱飽 驶駛 驻駐 骂罵 鸡雞 鸭鴨 体體 专專 丝絲 声聲 奋奮 宫宮 届屆 \
    帧幀 恳懇 恼惱 拨撥 拦攔 掷擲 敛斂 枢樞 栅柵 欧歐 残殘 毙斃 渊淵 温溫 溃潰 琐瑣 畴疇 瞒瞞 矫矯 \
    砖磚 窍竅 窥窺 竖豎 笼籠 篮籃 纺紡 聪聰 肿腫 胆膽 脉脈 腾騰 艰艱 荐薦 荡蕩 萨薩 蕴蘊 虾蝦 蜡蠟 \
    裤褲 谅諒 谊誼 贪貪 贫貧 贺賀 赌賭 赶趕 轴軸 辐輻 辽遼 迈邁 酿釀 铅鉛 铜銅 铝鋁 锐銳 镀鍍 闹鬧 \
    阔闊 隶隸 韵韻 顽頑 颈頸 颠顛 飘飄 饥飢 驾駕 骄驕 骑騎 钟鐘 发發 与與 湿溼 线綫 为爲 \
    ";

/// The simplified form is seen in traditional text as well, or stands for several characters.
const SHARED: &str = "\
    里裡 里裏 后後 发髮 云雲 台臺 只隻 系係 系繫 制製 复復 复複 准準 历歷 历曆 表錶 松鬆 谷穀 余餘 于於 \
    几幾 丑醜 斗鬥 回迴 家傢 向嚮 据據 占佔 布佈 志誌 周週 采採 舍捨 致緻 克剋 划劃 游遊 万萬 丰豐 \
    么麼 面麵 干幹 汇匯 汇彙 获獲 获穫 签簽 签籤 团糰 症癥 并並 并併 托託 尽儘 冬鼕 板闆 胡鬍 卷捲 \
    出齣 奸姦 朱硃 梁樑 升昇 杯盃 它牠 伙夥 杆桿 才纔 \
    ";

/// Written so in Japan only.
const JAPANESE: &str = "\
    対応価証拡済実様権検気県読録続験戻込働駅売変図団囲圧歩毎黒徳恵戦択拝挙歓歯沢渋満焼発砕穂稲窓\
    粋経継総縁縄聴脳臓荘蔵薬処覚覧観訳説譲豊賛軽転辺逓遅郷醸釈鉄銭鋳関険隠雑霊頼顕駆騒黙齢帰仮\
    伝両単厳収営専広弾従効労剤亜楽氷涙絵絶緑縦枠";

#[cfg(test)]
mod tests {
    use super::{PAIRS, SHARED, TABLE, Writing, pairs, simplified, writing};

    #[test]
    fn the_tables_do_not_contradict_themselves() {
        for (simple, traditional) in pairs(PAIRS).chain(pairs(SHARED)) {
            assert_ne!(simple, traditional);
            assert_eq!(simplified(simple), simple, "{simple} is listed on both sides");
            assert_eq!(writing(traditional), Some(Writing::Traditional));
        }
        let mut seen: Vec<char> = TABLE.traditional.iter().map(|(t, _)| *t).collect();
        seen.dedup();
        assert_eq!(seen.len(), TABLE.traditional.len(), "a traditional character stands twice");
        for c in &TABLE.japanese {
            assert_eq!(writing(*c), Some(Writing::Japanese), "{c} is Chinese as well");
        }
    }

    #[test]
    fn a_character_tells_where_it_is_written() {
        assert_eq!(writing('网'), Some(Writing::Simplified));
        assert_eq!(writing('網'), Some(Writing::Traditional));
        assert_eq!(writing('応'), Some(Writing::Japanese));
        assert_eq!(writing('云'), None);
        assert_eq!(simplified('雲'), '云');
        assert_eq!(simplified('a'), 'a');
    }
}
