// engine/judgement.h - what rules say about facts: policy, breaches and their cure. Judgements stand apart from the
// facts, at the position at which they were made. Events: schemas/judgement.fbs. Explained in docs/areas/judgement.md.
#pragma once

#include "engine/base/decision.h"
#include "engine/base/ids.h"
#include "engine/base/material.h"
#include "engine/base/names.h"
#include "engine/facts.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lotledger::engine {

enum class RuleMode : std::uint8_t {
  off,
  shadow,   ///< Judged and counted, nothing is recorded of it.
  observe,  ///< A breach is recorded; nothing is held or refused.
  enforce,  ///< A breach has its effect; a command is refused.
};
inline constexpr std::array<std::string_view, 4> k_rule_modes{"off", "shadow", "observe", "enforce"};
[[nodiscard]] constexpr std::string_view name_of(RuleMode mode) {
  return name_in(k_rule_modes, mode);
}
/// What a breach by a fact does: `hold_nc` holds and asks for a nonconformity.
enum class RuleEffect : std::uint8_t { note, flag, hold, hold_nc };
inline constexpr std::array<std::string_view, 4> k_rule_effects{"note", "flag", "hold", "hold+nc"};
[[nodiscard]] constexpr std::string_view name_of(RuleEffect effect) {
  return name_in(k_rule_effects, effect);
}

/// Where a rule has a mode; what is absent holds everywhere.
struct PolicyEntry {
  std::string rule;
  RuleMode mode = RuleMode::off;
  std::optional<UnitKey> site;  ///< Location.
  std::optional<UnitKey> item;  ///< Class.
  std::string source;           ///< Registered name; empty: any.
  std::optional<Instant> from;  ///< Of occurred_at, inclusive.
  std::optional<Instant> until;
  friend bool operator==(const PolicyEntry&, const PolicyEntry&) = default;
};

/// A source whose word about a subject (`status`, `stock`) rules believe.
struct Authority {
  std::string source;
  std::string subject;
  friend bool operator==(const Authority&, const Authority&) = default;
};

/// The policy in force from here on.
struct PolicyActivated {
  std::string version;
  std::vector<PolicyEntry> entries;
  std::vector<Authority> authorities;
  std::uint32_t holds_per_hour = 0;  ///< A source that causes more is paused; 0: no limit.
  std::string text;                  ///< The file it was read from.
  friend bool operator==(const PolicyActivated&, const PolicyActivated&) = default;
};

/// A recorded fact breaks a rule; stands in the record of the fact.
struct InvariantBreached {
  std::string rule;
  std::string clause;
  RuleEffect effect = RuleEffect::note;
  std::string detail;
  std::vector<UnitRef> units;
  RuleMode mode = RuleMode::observe;
  friend bool operator==(const InvariantBreached&, const InvariantBreached&) = default;
};

/// A later fact took the reason of a breach away.
struct BreachCured {
  Seq breach = 0;
  std::string rule;
  friend bool operator==(const BreachCured&, const BreachCured&) = default;
};

using JudgementEvent = std::variant<PolicyActivated, InvariantBreached, BreachCured>;

/// Whose word a rule about facts needs. `item`: the item has a trace profile. `status`, `stock`: that, and the source
/// of the fact is an authority on the subject. Commands of people are judged wherever there is a profile.
enum class Subject : std::uint8_t { any, item, status, stock };
inline constexpr std::array<std::string_view, 4> k_subjects{"any", "item", "status", "stock"};
[[nodiscard]] constexpr std::string_view name_of(Subject subject) {
  return name_in(k_subjects, subject);
}

/// A rule that judges facts and refuses commands.
struct JudgedRule {
  Rule rule;
  RuleEffect effect;
  Subject subject;
  /// What keeps it on every command, whatever the policy says; empty: judge() under the mode of the policy.
  std::string_view kept_by;
  std::string_view cure_zh;
  std::string_view who;  ///< May cure it.
  std::string_view who_zh;
  /// Whether a command that breaks it in mode enforce is refused. What the program keeps by itself it has refused
  /// already, so what is left to judge there is noted.
  [[nodiscard]] constexpr bool refuses() const { return kept_by.empty(); }
};

/// Invariants by their numbers. Without a policy all of them are in mode `enforce`. Ids are public and never reused.
inline constexpr std::array k_judgement_rules{
    JudgedRule{Rule{"I-02", "21 CFR 11.10(e)", "nothing happened in the future, and what is entered late says why",
                    "事实不得发生在未来；迟录须说明原因", "correct the time or its offset, or the clock of the source"},
               RuleEffect::flag, Subject::any, "", "更正时间、时区偏移或来源系统的时钟",
               "whoever runs the source, or records by hand", "来源系统负责人或手工记录人"},
    JudgedRule{Rule{"I-07", "21 CFR 11.10(a)", "one id is one event: the same content once, other content never",
                    "一个编号对应一个事件：相同内容只记一次，不同内容一律拒绝",
                    "withdraw the old event and record the right one under a new id"},
               RuleEffect::flag, Subject::any, "sequencer", "撤回旧事件，并以新编号记录正确的事件", "whoever sent it",
               "提交者"},
    JudgedRule{Rule{"I-08", "21 CFR 11.10(f)", "an order that names a state is taken only while that state stands",
                    "指明状态的命令仅在该状态仍成立时受理", "look again and repeat the order"},
               RuleEffect::flag, Subject::any, "sequencer", "重新查看后再次提交", "whoever sent it", "提交者"},
    JudgedRule{Rule{"I-09", "21 CFR 11.10(e)", "a correction says why and what; what was built on it is looked into",
                    "更正须说明原因与对象；受其影响的后续事实须复核",
                    "record what really happened to the stock that is now missing"},
               RuleEffect::flag, Subject::item, "CORRECTION-1, CORRECTION-2", "补录现已缺失的库存的实际情况",
               "the warehouse, or whoever voided it", "仓库或作废者"},
    JudgedRule{Rule{"I-10", "ISO 13485:2016 7.5.9",
                    "a quantity is greater than zero, in a unit that converts to the item's own",
                    "数量必须大于零，且其单位可换算为物料的基本单位",
                    "give the quantity that moved (a count alone may be zero), or record the conversion"},
               RuleEffect::flag, Subject::any, "", "填写实际移动的数量（仅盘点可为零），或补录单位换算",
               "master data, or whoever records", "主数据管理员或记录人"},
    JudgedRule{
        Rule{"I-11", "ISO 13485:2016 7.5.9.1", "no more leaves a lot, or a place, than came in",
             "从批次或地点转出的数量不得超过转入的数量", "record the receipt, production or count that is missing"},
        RuleEffect::flag, Subject::stock, "", "补录缺失的收货、生产或盘点", "the warehouse", "仓库"},
    JudgedRule{Rule{"I-12", "ISO 13485:2016 7.5.9.1", "nothing is made of itself: rework gives a new lot or serial",
                    "不得由自身制成：返工须产生新的批次或序列号", "name another output, or correct the input"},
               RuleEffect::flag, Subject::any, "", "填写其他产出，或更正投入", "production", "生产部门"},
    JudgedRule{Rule{"I-13", "ISO 13485:2016 7.5.8", "a lot has one origin, and a serial number is given once",
                    "批次只有一个来源，序列号只赋予一次", "give the second one a number of its own"},
               RuleEffect::flag, Subject::item, "", "为后者另行编号", "production, or goods receipt", "生产或收货部门"},
    JudgedRule{
        Rule{"I-14", "ISO 13485:2016 7.5.11", "nothing expires later than what is in it, or than its shelf life allows",
             "有效期不得晚于其投入物的有效期，也不得超过规定的保质期", "correct the expiry date"},
        RuleEffect::hold, Subject::status, "", "更正有效期", "quality", "质量部门"},
    JudgedRule{Rule{"I-25", "ISO 13485:2016 7.5.8", "only what is released, not expired and not on hold is used",
                    "只能使用已放行、未过期且未被扣留的物料",
                    "release it or lift its holds; what was made of it is looked into"},
               RuleEffect::hold, Subject::status, "", "放行该物料或解除其扣留；对由其制成的产品进行复核", "quality",
               "质量部门"},
    JudgedRule{Rule{"I-27", "ISO 13485:2016 8.3.2",
                    "what holds material under concession is not finally released before that is cleared",
                    "含让步接收物料的产品，在其结清之前不得最终放行",
                    "release the lot under concession, or release this one for production only"},
               RuleEffect::hold, Subject::status, "", "先放行让步接收的批次，或仅作生产放行", "quality", "质量部门"},
    JudgedRule{Rule{"I-30", "ISO 13485:2016 8.2.6",
                    "only what is released for the market, not expired and not on hold is shipped",
                    "只能发运已放行上市、未过期且未被扣留的产品", "release it or lift its holds first"},
               RuleEffect::hold, Subject::status, "", "先放行或解除扣留", "quality", "质量部门"},
    JudgedRule{
        Rule{"I-31", "ISO 13485:2016 8.2.6", "what is on hold or expired is not released",
             "被扣留或已过期的物料不得放行", "lift its holds first; what is expired gets a new date or is rejected"},
        RuleEffect::flag, Subject::status, "", "先解除扣留；已过期的须重新确定有效期或拒收", "quality", "质量部门"},
    JudgedRule{
        Rule{"I-32", "ISO 13485:2016 8.3.1", "a hold goes with the parts of a lot, and who placed it lifts it",
             "扣留随批次的各部分延续，并由设置者解除", "hold the new lot first; ask the owner of the hold to lift it"},
        RuleEffect::hold, Subject::any, "", "先扣留新批次；请扣留的设置者解除", "the owner of the hold",
        "扣留的设置者"},
    JudgedRule{
        Rule{"I-33", "ISO 13485:2016 7.5.8", "what came back is not used or shipped before somebody decides about it",
             "退回的产品在作出处置之前不得使用或发运", "inspect it and decide: lot release, or lot reject"},
        RuleEffect::hold, Subject::status, "", "检验后作出处置：lot release 或 lot reject", "quality", "质量部门"},
};
/// nullptr: no invariant has this id.
[[nodiscard]] constexpr const JudgedRule* judged_rule(std::string_view id) {
  for (const JudgedRule& judged : k_judgement_rules) {
    if (judged.rule.id == id) return &judged;
  }
  return nullptr;
}

inline constexpr std::array k_policy_rules{
    Rule{"POLICY-1", "21 CFR 11.10(k)", "activating a policy needs a reason", "启用规则策略必须说明原因",
         "give --reason"},
    Rule{"POLICY-2", "21 CFR 11.10(k)", "a policy names rules, modes and subjects that there are",
         "策略只能引用已有的规则、模式与主题", "see `rules list`; rules kept by the program itself have no mode"},
    Rule{"POLICY-3", "21 CFR 11.10(k)", "a source that causes more holds in an hour than the policy allows is paused",
         "来源在一小时内引起的扣留超过策略上限时，暂停由其引起的扣留",
         "look at the source, then decide: activate a policy, the same one or another"},
};

/// Puts another policy in force.
struct ActivatePolicy {
  PolicyActivated policy;
  friend bool operator==(const ActivatePolicy&, const ActivatePolicy&) = default;
};
/// Pure. Accepts with the policy; refuses with POLICY-1 or POLICY-2.
[[nodiscard]] Decision<JudgementEvent> decide(const ActivatePolicy& command, std::string_view reason);
/// Why a policy may not name this rule; empty where it may.
[[nodiscard]] std::string fault_of_policy_rule(std::string_view id);

/// What a rule is asked about, for finding its mode.
struct JudgedWhere {
  std::optional<UnitKey> site;
  std::optional<UnitKey> item;
  std::string_view source;
  Instant at;
};
/// The mode of the last entry that fits; `enforce` where none does.
[[nodiscard]] RuleMode mode_of(const PolicyActivated& policy, std::string_view rule, const JudgedWhere& where);
/// Whether rules believe the source about the subject.
[[nodiscard]] bool believes(const PolicyActivated& policy, std::string_view source, std::string_view subject);

}  // namespace lotledger::engine
