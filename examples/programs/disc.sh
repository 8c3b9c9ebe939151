#!/usr/bin/env bash
# disc.py as a shell script: awk trains, `winnow report` reports. Its exit code is 0 if the trial goes on, 1 if it is to
# end, and something else if the report went wrong.
#
#     winnow run ray.yaml --command 'bash disc.sh ${args}' --metric loss:minimize --trials 12 ...
set -u

lr=0.1 momentum=0.5 hidden=6 batch=20 activation=tanh epochs=27
for word; do                                   # --lr=0.5
  name=${word%%=*}
  printf -v "${name#--}" %s "${word#*=}"
done

train='
function limit(z) { return z > 50 ? 50 : z < -50 ? -50 : z }
function output(x, y,   j, z, total) {         # units in unit[0], unit[1], ...
  total = w[4 * hidden]
  for (j = 0; j < hidden; j++) {
    z = w[4 * j] * x + w[4 * j + 1] * y + w[4 * j + 2]
    unit[j] = activation == "relu" ? (z > 0 ? z : 0) : 2 / (1 + exp(-2 * limit(z))) - 1
    total += w[4 * j + 3] * unit[j]
  }
  return 1 / (1 + exp(-limit(total)))
}
function descend(first, count,   k, p, j, error, back) {
  for (k = 0; k <= 4 * hidden; k++) slope[k] = 0
  for (p = first; p < first + count; p++) {
    error = (output(tx[p], ty[p]) - tl[p]) / count
    for (j = 0; j < hidden; j++) {
      back = error * w[4 * j + 3] * (activation == "relu" ? (unit[j] > 0) : 1 - unit[j] * unit[j])
      slope[4 * j] += back * tx[p]
      slope[4 * j + 1] += back * ty[p]
      slope[4 * j + 2] += back
      slope[4 * j + 3] += error * unit[j]
    }
    slope[4 * hidden] += error
  }
  for (k = 0; k <= 4 * hidden; k++) {
    speed[k] = momentum * speed[k] - lr * slope[k]
    w[k] += speed[k]
  }
}
BEGIN {
  for (i = 0; i < 240; i++) {
    x = i * 0.7548776662466927; x = 2 * (x - int(x)) - 1
    y = i * 0.5698402909980532; y = 2 * (y - int(y)) - 1
    label = (x - 0.2) * (x - 0.2) + (y + 0.1) * (y + 0.1) < 0.4
    if (i % 3 == 0) { hx[held] = x; hy[held] = y; hl[held++] = label }
    else { tx[training] = x; ty[training] = y; tl[training++] = label }
  }
  for (k = 0; k <= 4 * hidden; k++) w[k] = sin(12.9898 * (k + 1))
  for (epoch = 1; epoch <= epochs; epoch++) {
    for (first = 0; first < training; first += batch)
      descend(first, first + batch > training ? training - first : batch)
    loss = right = 0
    for (p = 0; p < held; p++) {
      guess = output(hx[p], hy[p])
      chance = hl[p] ? guess : 1 - guess
      loss -= log(chance > 1e-12 ? chance : 1e-12)
      right += chance > 0.5
    }
    printf "%d %.17g %.17g\n", epoch, loss / held, right / held
    fflush()
  }
}'

# When the loop ends early, awk ends with its next line.
awk -v lr="$lr" -v momentum="$momentum" -v hidden="$hidden" -v batch="$batch" -v activation="$activation" \
  -v epochs="$epochs" -v held=0 -v training=0 "$train" |
  while read -r epoch loss accuracy; do
    winnow report loss="$loss" accuracy="$accuracy" --step "$epoch" || exit $(($? == 1 ? 0 : $?))
  done
