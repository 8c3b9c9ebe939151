#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/document.hpp>

namespace winnow::document_test {
namespace {

Node parsed(std::string_view text, std::string_view file = "f.yaml") {
  auto document = parse_document(text, file);
  EXPECT_TRUE(document) << document.error().message;
  return document ? document->root : Node();
}

std::string refusal(std::string_view text, std::string_view file = "f.yaml") {
  const auto document = parse_document(text, file);
  return document ? "accepted: " + document->root.value().dump() : document.error().message;
}

std::string json(std::string_view text, std::string_view file = "f.yaml") {
  return parsed(text, file).value().dump();
}

std::string at(const Node* node) {
  if (node == nullptr) return "absent";
  return std::to_string(node->position.line) + ":" + std::to_string(node->position.column);
}

// --- positions

TEST(DocumentPosition, IsThatOfTheFirstCharacter) {
  const Node root = parsed("a: 1\nb:\n  - x\n  - {c: y}\nd:\n  e: |\n    text\n");
  EXPECT_EQ(at(&root), "1:1");
  EXPECT_EQ(at(root.find("a")), "1:4");
  EXPECT_EQ(at(root.find("b")), "3:3");
  EXPECT_EQ(at(&root.find("b")->items[1]), "4:5");
  EXPECT_EQ(at(root.find("b")->items[1].find("c")), "4:9");
  EXPECT_EQ(at(root.find("d")), "6:3");
  EXPECT_EQ(root.entries[2].position, (Position{5, 1}));
  EXPECT_EQ(at(root.find("z")), "absent");
}

TEST(DocumentPosition, CountsCharactersNotBytes) {
  const Node root = parsed("é: {größe: 1, b: 2}\n");
  EXPECT_EQ(at(root.find("é")->find("b")), "1:18");
}

TEST(DocumentPosition, IsKnownInJsonToo) {
  const Node root = parsed("{\n  \"a\": [1, \"x\\\"]\", true],\n  \"é\": {\"b\": null, \"c\": -1.5e3}\n}", "f.json");
  EXPECT_EQ(at(root.find("a")), "2:8");
  EXPECT_EQ(at(&root.find("a")->items[0]), "2:9");
  EXPECT_EQ(at(&root.find("a")->items[1]), "2:12");
  EXPECT_EQ(at(&root.find("a")->items[2]), "2:20");
  EXPECT_EQ(root.entries[1].position, (Position{3, 3}));
  EXPECT_EQ(at(root.find("é")->find("c")), "3:25");
}

// --- YAML

TEST(YamlDocument, QuotedScalarsStayTexts) {
  EXPECT_EQ(json("a: '1'\nb: \"true\"\nc: '~'\nd: !!str 5\ne: |\n  1\n"),
            R"({"a":"1","b":"true","c":"~","d":"5","e":"1\n"})");
}

TEST(YamlDocument, TagsMakeNumbers) {
  EXPECT_EQ(json("a: !!float 1e-5\nb: !!float 3\nc: !!int 7\nd: !!bool yes\ne: !!null ~\n"),
            R"({"a":1e-05,"b":3.0,"c":7,"d":true,"e":null})");
  EXPECT_EQ(refusal("a: !!float x\n"), "f.yaml:1:4: !!float doesn't fit 'x'");
  EXPECT_EQ(refusal("a: !thing x\n"), "f.yaml:1:4: unknown tag !thing");
  EXPECT_EQ(refusal("a: !!python/tuple [1]\n"), "f.yaml:1:4: unknown tag tag:yaml.org,2002:python/tuple");
}

TEST(YamlDocument, TakesWhatRealFilesHold) {
  EXPECT_EQ(json("a: 1\r\nb:\r\n  - x\r\n"), R"({"a":1,"b":["x"]})") << "CRLF";
  EXPECT_EQ(json("b:\n  v: [\n    1,\n    2,\n  ]\nc: 3"), R"({"b":{"v":[1,2]},"c":3})")
      << "trailing comma, no newline";
  EXPECT_EQ(json("b:\n  v: [\n1,\n2\n]\nc: 3\n"), R"({"b":{"v":[1,2]},"c":3})") << "a closing ] no deeper than its key";
  EXPECT_EQ(json("a:\n- 1\n- -1e-3\n   \nb: 2\n"), R"({"a":[1,-0.001],"b":2})") << "unindented list, blank with spaces";
  EXPECT_EQ(json("a: \"x\n  y\n  z\"\n"), R"({"a":"x y z"})") << "a quoted text over lines";
  EXPECT_EQ(json("\xef\xbb\xbf"
                 "a: 1\n"),
            R"({"a":1})")
      << "byte order mark";
  EXPECT_EQ(json("%YAML 1.1\n---\na: ~/x\n...\n"), R"({"a":"~/x"})");
  EXPECT_EQ(json("on: 1\n2: x\n"), R"({"2":"x","on":1})") << "keys stay as written";
}

TEST(YamlDocument, CarriesOutAliasesAndMergeKeys) {
  EXPECT_EQ(json("a: &x {b: 1, c: 2}\nd: *x\ne:\n  <<: *x\n  c: 3\n"),
            R"({"a":{"b":1,"c":2},"d":{"b":1,"c":2},"e":{"b":1,"c":3}})");
  EXPECT_EQ(json("a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n"),
            R"({"a":{"b":1},"c":{"b":2,"d":3},"e":{"b":1,"d":3}})");
  EXPECT_EQ(refusal("a: {<<: 3}\n"), "f.yaml:1:9: << takes an alias of a mapping, or a list of such");
  EXPECT_EQ(refusal("a: &x [1, *x]\n"), "f.yaml:1:11: this alias stands inside the node that it names");
  EXPECT_EQ(refusal("a: *x\n"),
            "f.yaml:1:4: not valid YAML: the referenced anchor is not defined (an alias *name needs an &name before "
            "it; quote a text that starts with *)");
}

TEST(YamlDocument, RefusesABillionLaughs) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) text += (k > 0 ? ", " : "") + before;
    text += "]\n";
  }
  EXPECT_EQ(refusal(text).substr(0, 12), "f.yaml:5:40:");
  EXPECT_NE(refusal(text).find("aliases make this text larger than 100000 nodes"), std::string::npos) << refusal(text);
}

TEST(YamlDocument, RefusesDuplicateKeys) {
  EXPECT_EQ(refusal("a: 1\nb: 2\na: 3\n"), "f.yaml:3:1: duplicate key 'a'; it stands in line 1 already");
}

TEST(YamlDocument, SaysWhatIsWrongInSyntax) {
  EXPECT_EQ(refusal("a: b: c\n"),
            "f.yaml:1:5: not valid YAML: illegal map value (a second ': ' in this line, or wrong indentation; quote a "
            "text that holds ': ')");
  EXPECT_EQ(refusal("a: [1, 2\nb: 3\n"), "f.yaml:1:4: this [ isn't closed, or holds something out of place");
  EXPECT_EQ(refusal("a: {x: 1\n"), "f.yaml:1:4: this { isn't closed, or holds something out of place");
  EXPECT_EQ(refusal("a: @x\n"),
            "f.yaml:1:4: not valid YAML: unknown token (a text that starts with this character needs quotes)");
  EXPECT_EQ(refusal("a: 1\n---\nb: 2\n"),
            "f.yaml:2:1: a second document starts here; a sweep file is one (is the indentation right?)");
  EXPECT_EQ(refusal("? [1]\n: 2\n"), "f.yaml:1:3: a key must be a plain text, not a list or a mapping");
  EXPECT_EQ(refusal("~: 2\n"), "f.yaml:1:1: a key must be a text");
}

TEST(YamlDocument, RefusesWhatIsNoText) {
  EXPECT_EQ(refusal("a: \xff\n"), "f.yaml:1:4: not UTF-8 text");
  EXPECT_EQ(refusal("a: \xed\xa0\x80\n"), "f.yaml:1:4: not UTF-8 text");
  EXPECT_EQ(refusal(std::string_view("a: 1\n\0b", 7)),
            "f.yaml:2:1: a control character, which has no place in a sweep file");
}

TEST(YamlDocument, RefusesBottomlessNesting) {
  EXPECT_EQ(refusal("a: " + std::string(200, '[') + std::string(200, ']')),
            "f.yaml:1:103: nested more than 100 levels deep");
  for (const std::string open : {"[", "{", "{a: ", "- ", "? ", "[{a: "}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    EXPECT_THAT(refusal(text), testing::EndsWith(": nested more than 100 levels deep")) << open;
  }
}

TEST(YamlDocument, SaysThatABracketIsOpenAlsoAtTheStartOfALine) {
  EXPECT_EQ(refusal("[1, [2\n"), "f.yaml:1:5: this [ isn't closed, or holds something out of place");
  EXPECT_EQ(refusal("{a: {b: 1}\n"), "f.yaml:1:1: this { isn't closed, or holds something out of place");
}

TEST(YamlDocument, HoldsAMillionValuesAtMost) {
  std::string list = "a: [";
  for (int i = 0; i < 1'100'000; ++i) list += "1,\n";
  EXPECT_THAT(refusal(list + "]"), testing::EndsWith(": more than 1000000 values; a file is to hold fewer"));
}

TEST(YamlDocument, OfNothingIsNull) {
  EXPECT_TRUE(parsed("").is_null());
  EXPECT_TRUE(parsed("# only a comment\n").is_null());
}

// --- JSON

TEST(JsonDocument, DecodesItsStrings) {
  EXPECT_EQ(parsed(R"({"a": "\ud83d\ude00\/\n"})", "f.json").find("a")->text, "😀/\n");
  EXPECT_EQ(parsed(R"({"a": "\ud83d\ude00"})", "f.yaml").find("a")->text, "😀") << "JSON by content";
}

TEST(JsonDocument, KeepsTextsAndTypes) {
  EXPECT_EQ(
      json(R"({"a": "1", "b": "yes", "c": 1e-4, "d": 1.0, "e": [-3, 18446744073709551615, {}], "f": null})", "f.json"),
      R"({"a":"1","b":"yes","c":0.0001,"d":1.0,"e":[-3,18446744073709551615,{}],"f":null})");
}

TEST(JsonDocument, HasInListsTheInfinitiesThatPythonWritesAsTexts) {
  EXPECT_EQ(json(R"({"a": [-Infinity, Infinity, NaN, "NaN"]})", "f.json"),
            R"({"a":["-Infinity","Infinity","NaN","NaN"]})");
}

TEST(JsonDocument, IsStrict) {
  EXPECT_EQ(
      refusal("{\"a\": 1,\n \"b\": 2,}", "f.json"),
      "f.json:2:9: not valid JSON: syntax error while parsing object key - unexpected '}'; expected string literal");
  EXPECT_EQ(refusal("{\"a\": NaN}", "f.json").substr(0, 12), "f.json:1:7: ");
  EXPECT_EQ(refusal("{\"a\": 1e999}", "f.json"), "f.json:1:11: not valid JSON: number overflow parsing '1e999'");
  EXPECT_EQ(refusal("{\"a\": \"\\ud83d\"}", "f.json").substr(0, 8), "f.json:1");
  EXPECT_EQ(refusal("{\"a\": 1", "f.json").substr(0, 11), "f.json:1:8:");
  EXPECT_EQ(refusal("{\"a\": 1, \"b\": 2, \"a\": 3}", "f.json"),
            "f.json:1:18: duplicate key 'a'; it stands in line 1 already");
  EXPECT_EQ(refusal("[" + std::string(150, '[') + std::string(150, ']') + "]", "f.json"),
            "f.json:1:101: nested more than 100 levels deep");
}

TEST(JsonDocument, HoldsAMillionValuesAtMost) {
  std::string list = "[1";
  for (int i = 0; i < 1'100'000; ++i) list += ",1";
  EXPECT_EQ(refusal(list + "]", "f.json"), "f.json:1:2000002: more than 1000000 values; a file is to hold fewer");
}

TEST(JsonDocument, FlowYamlIsNoJson) {
  EXPECT_EQ(json("{a: 1, b: [x, y,]}"), R"({"a":1,"b":["x","y"]})");
}

}  // namespace
}  // namespace winnow::document_test
