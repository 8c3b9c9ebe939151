/// How a program is ended: what it is told, and that a report which isn't recorded is never acknowledged.
#include "a_command.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>

#include <winnow/base/fd.hpp>

namespace winnow::test::command_end_test {
namespace {

using ::testing::HasSubstr;

class ACommandsEnd : public ACommand {};

constexpr const char* kUnrecorded = R"({"error":"not recorded: this attempt of the trial is over","end":"pause"})";

TEST_F(ACommandsEnd, TellsThatAReportWithoutAnAnswerIsNotRecorded) {
  make(R"(trap '' TERM; echo '{"loss":1}' >&3; read -r a <&3; echo "told $a"; echo '{"loss":2}' >&3; read -r a <&3
echo "then $a")");
  ASSERT_EQ(reports().size(), 1U);
  end();  // without `answered`: the ledger can't be written, say
  EXPECT_EQ(log(), "told " + std::string(kUnrecorded) + "\nthen " + kUnrecorded + "\n");
}

TEST_F(ACommandsEnd, TellsThatReportsBehindAVerdictAreNotRecorded) {
  make(R"(cat >&3 <<'END'
{"loss":1}
{"loss":2}
{"loss":3}
END
for i in 1 2 3; do read -r a <&3; echo "$a"; done)");
  ASSERT_EQ(reports().size(), 3U);
  trainable->answered(2, Verdict::pause);
  end();
  EXPECT_EQ(log(), "{\"verdict\":\"continue\"}\n{\"verdict\":\"pause\"}\n" + std::string(kUnrecorded) + "\n");
}

TEST_F(ACommandsEnd, TakesOneMoreReportOfACancelledProgram) {
  make(R"(trap 'stop=yes' TERM; while [ -z "$stop" ]; do sleep 0.05; done
echo '{"loss":1,"step":7}' >&3; read -r a <&3; echo "told $a")");
  std::thread other([&] {
    std::this_thread::sleep_for(200ms);
    trainable->cancel();
  });
  const Burst burst = reports();
  other.join();
  ASSERT_EQ(burst.size(), 1U);
  EXPECT_EQ(burst[0].step, 7);
  trainable->answered(1, Verdict::pause);
  EXPECT_LT(end(), 5s);
  EXPECT_THAT(log(), HasSubstr("told {\"verdict\":\"pause\"}\n"));
}

/// Leaves this process so many descriptors.
class FewDescriptors {
public:
  explicit FewDescriptors(int left) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{std::min<rlim_t>(before_.rlim_cur, 256), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    while (true) {
      Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!fd) break;
      taken_.push_back(std::move(fd));
    }
    for (int i = 0; i < left; ++i) taken_.pop_back();
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

private:
  rlimit before_{};
  std::vector<Fd> taken_;
};

TEST_F(ACommandsEnd, IsALossWhereNoDescriptorIsLeft) {
  options.command = {"/bin/true"};
  factory = *command_trainer(options, spawner());
  int losses = 0;
  for (int left = 0; left < 20; ++left) {
    const FewDescriptors few(left);
    trainable = *factory->make(context);
    const auto progress = trainable->advance();
    trainable.reset();
    if (progress) continue;
    EXPECT_EQ(progress.error().code, errc::trial_lost) << left << ": " << progress.error().message;
    ++losses;
  }
  EXPECT_GE(losses, 4);
  EXPECT_LT(losses, 20) << "with some it runs";
}

}  // namespace
}  // namespace winnow::test::command_end_test
