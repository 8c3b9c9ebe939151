// disc.py in C++, without Winnow's library: a program that reads its arguments and talks on a descriptor.
//
//     g++ -O2 -std=c++20 -o disc disc.cpp
//     winnow run sigopt.yaml --command './disc ${args}' --method random ...
#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Point {
  double x, y;
  int label;
};

double fraction(double x) {
  return x - std::floor(x);
}
double limit(double z) {
  return std::max(std::min(z, 50.0), -50.0);
}

class Network {
public:
  Network(int hidden, bool relu) : hidden_(4 * static_cast<std::size_t>(hidden)), relu_(relu), units_(hidden_ / 4) {
    for (std::size_t k = 0; k <= hidden_; ++k) weights_.push_back(std::sin(12.9898 * (static_cast<double>(k) + 1)));
    speed_.resize(weights_.size());
    for (int i = 0; i < 240; ++i) {
      const double x = 2 * fraction(i * 0.7548776662466927) - 1;
      const double y = 2 * fraction(i * 0.5698402909980532) - 1;
      const bool inside = (x - 0.2) * (x - 0.2) + (y + 0.1) * (y + 0.1) < 0.4;
      (i % 3 == 0 ? held_out_ : training_).push_back({x, y, inside ? 1 : 0});
    }
  }

  void train_epoch(double lr, double momentum, std::size_t batch) {
    for (std::size_t first = 0; first < training_.size(); first += batch) {
      descend(first, std::min(batch, training_.size() - first), lr, momentum);
    }
  }

  struct Test {
    double loss, accuracy;
  };
  Test test() {
    double loss = 0, right = 0;
    for (const Point& point : held_out_) {
      const double guess = output(point);
      const double chance = point.label != 0 ? guess : 1 - guess;
      loss -= std::log(std::max(chance, 1e-12));
      right += chance > 0.5 ? 1 : 0;
    }
    const auto count = static_cast<double>(held_out_.size());
    return {loss / count, right / count};
  }

private:
  double output(const Point& point) {
    double total = weights_[hidden_];
    for (std::size_t j = 0; j < hidden_; j += 4) {
      const double z = weights_[j] * point.x + weights_[j + 1] * point.y + weights_[j + 2];
      units_[j / 4] = relu_ ? std::max(z, 0.0) : 2 / (1 + std::exp(-2 * limit(z))) - 1;
      total += weights_[j + 3] * units_[j / 4];
    }
    return 1 / (1 + std::exp(-limit(total)));
  }

  void descend(std::size_t first, std::size_t count, double lr, double momentum) {
    std::vector<double> slope(weights_.size());
    for (std::size_t p = first; p < first + count; ++p) {
      const Point& point = training_[p];
      const double error = (output(point) - point.label) / static_cast<double>(count);
      for (std::size_t j = 0; j < hidden_; j += 4) {
        const double unit = units_[j / 4];
        const double bend = relu_ ? (unit > 0 ? 1 : 0) : 1 - unit * unit;
        const double back = error * weights_[j + 3] * bend;
        slope[j] += back * point.x;
        slope[j + 1] += back * point.y;
        slope[j + 2] += back;
        slope[j + 3] += error * unit;
      }
      slope[hidden_] += error;
    }
    for (std::size_t k = 0; k < slope.size(); ++k) {
      speed_[k] = momentum * speed_[k] - lr * slope[k];
      weights_[k] += speed_[k];
    }
  }

  std::size_t hidden_;  // where the last bias is: four weights for each unit stand before it
  bool relu_;
  std::vector<double> weights_, speed_, units_;
  std::vector<Point> training_, held_out_;
};

// Sends a line to Winnow and reads the answer's; false when the trial is to end.
bool goes_on(int channel, const std::string& line) {
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t n = ::write(channel, line.data() + sent, line.size() - sent);
    if (n <= 0) std::exit(1);  // winnow is gone
    sent += static_cast<std::size_t>(n);
  }
  std::string answer;
  for (char c = 0; c != '\n'; answer += c) {
    if (::read(channel, &c, 1) != 1) std::exit(1);
  }
  return answer == "{\"verdict\":\"continue\"}\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string, std::less<>> args = {{"lr", "0.1"},   {"momentum", "0.5"},    {"hidden", "6"},
                                                          {"batch", "20"}, {"activation", "tanh"}, {"epochs", "27"}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];  // --lr=0.5
    const auto equals = word.find('=');
    const auto arg = word.starts_with("--") && equals != word.npos ? args.find(word.substr(2, equals - 2)) : args.end();
    if (arg == args.end()) return std::fprintf(stderr, "unknown argument %s\n", argv[i]), 2;
    arg->second = word.substr(equals + 1);
  }
  const char* fd = std::getenv("WINNOW_REPORT_FD");
  if (fd == nullptr) return std::fputs("is a trial of `winnow run`: it has nobody to report to\n", stderr), 2;

  Network network(std::stoi(args["hidden"]), args["activation"] == "relu");
  for (int epoch = 1; epoch <= std::stoi(args["epochs"]); ++epoch) {
    network.train_epoch(std::stod(args["lr"]), std::stod(args["momentum"]),
                        static_cast<std::size_t>(std::stoi(args["batch"])));
    const auto [loss, accuracy] = network.test();
    char line[200];
    std::snprintf(line, sizeof line, "{\"metrics\":{\"loss\":%.17g,\"accuracy\":%.17g},\"step\":%d}\n", loss, accuracy,
                  epoch);
    if (!goes_on(std::atoi(fd), line)) break;
  }
}
