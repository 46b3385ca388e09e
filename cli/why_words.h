// cli/why_words.h - what stands against using or shipping a unit, in both languages: sentences of `lot why`.
#pragma once

#include "cli/text.h"
#include "engine/lot.h"

namespace lotledger::cli::why {

inline constexpr Bilingual k_on_hold{"on hold {} ({})", "被扣留 {}（{}）"};
inline constexpr Bilingual k_said_by{", said by {}", "，由 {} 告知"};
inline constexpr Bilingual k_placed_by_rule{", placed by a rule at {}", "，由规则于 {} 设置"};
inline constexpr Bilingual k_placed_by{", placed by {}", "，由 {} 设置"};
inline constexpr Bilingual k_because{": {}", "：{}"};
inline constexpr Bilingual k_more_left{"more has left than came in", "转出的数量超过转入的数量"};
inline constexpr Bilingual k_expired{"expired on {}", "已于 {} 过期"};
inline constexpr Bilingual k_pending{"pending", "待放行"};
inline constexpr Bilingual k_rejected{"rejected", "已拒收"};
inline constexpr Bilingual k_in_custody{"in the custody of {}", "由 {} 保管"};
inline constexpr Bilingual k_in_transit{"in transit", "在途"};
inline constexpr Bilingual k_at_subcontractor{"at a subcontractor", "在外协处"};
inline constexpr Bilingual k_not_in_stock{"not in stock: {}", "不在库：{}"};
inline constexpr Bilingual k_quantity_unknown{"its quantity is not known", "数量未知"};
inline constexpr Bilingual k_not_for_market{"not for the market {}: {}", "不得销往 {} 市场，仅限：{}"};
inline constexpr Bilingual k_production_only{"released for production only", "仅放行用于生产"};
inline constexpr Bilingual k_other_market{"released for the market {}", "仅放行至 {} 市场"};
inline constexpr Bilingual k_under_concession{"holds {}, which is under concession", "含有让步接收的 {}"};

[[nodiscard]] constexpr Bilingual words_of(engine::HoldKind kind) {
  switch (kind) {
    case engine::HoldKind::quality: return {"quality", "质量"};
    case engine::HoldKind::recall: return {"recall", "召回"};
    case engine::HoldKind::evidence: return {"evidence", "证据保全"};
    case engine::HoldKind::regulatory: return {"regulatory", "监管"};
    case engine::HoldKind::customs: return {"customs", "海关"};
  }
  return {};
}

}  // namespace lotledger::cli::why
