# Makes forecast.csv and displacement.csv, with base R alone:
#   cd geo/hotspot/testdata && Rscript forecast.R
# Nothing here is translated from the Go code: posterior means are integrals, and the
# ends of an interval are where a test just fails.

weeks <- read.csv("forecast-weeks.csv")
items <- xtabs(items ~ week + square, weeks)
visits <- xtabs(visits ~ week + square, weeks)

expected <- function(exposure, halflife) {
  n <- nrow(items)
  w <- 0.5^((n - seq_len(n)) / halflife)
  X <- colSums(w * items); E <- colSums(w * exposure); Q <- colSums(w^2 * exposure)
  seen <- E > 0
  m <- sum(X) / sum(E)
  rate <- (X / E)[seen]
  v <- weighted.mean((rate - m)^2, E[seen]) - m * sum((Q / E)[seen]) / sum(E)
  sapply(seq_along(X), function(i) {
    # Each week's Poisson likelihood to the power of its weight; logs less their most.
    log_density <- function(rate) sapply(rate, function(r) {
      dgamma(r, shape = m^2 / v, rate = m / v, log = TRUE) +
        sum(ifelse(exposure[, i] > 0, w * dpois(items[, i], r * exposure[, i], log = TRUE), 0))
    })
    most <- optimize(log_density, c(1e-9, 50), maximum = TRUE, tol = 1e-10)$objective
    whole <- function(f) sum(sapply(1:60, function(k)
      integrate(f, (k - 1) / 2, k / 2, rel.tol = 1e-11, abs.tol = 0)$value))
    whole(function(r) r * exp(log_density(r) - most)) / whole(function(r) exp(log_density(r) - most))
  })
}

out <- NULL
for (halflife in c(1, 8, Inf)) for (per in c("week", "visit")) {
  exposure <- if (per == "week") 0 * visits + 1 else visits
  e <- expected(exposure, halflife)
  out <- rbind(out, data.frame(halflife, per, square = seq_along(e) - 1, expected = sprintf("%.12g", e)))
}
write.csv(out, "forecast.csv", row.names = FALSE, quote = FALSE)

# Treated, buffer and control before and after, and the dispersion.
cases <- rbind(c(200, 100, 150, 200, 1000, 1000, 1), c(200, 100, 150, 120, 1000, 1100, 1),
               c(400, 150, 300, 600, 900, 950, 1), c(60, 20, 40, 41, 300, 320, 1),
               c(400, 150, 300, 600, 900, 950, 3.5), c(90, 30, 80, 0, 250, 500, 1.2))
set.seed(1)
out <- NULL
for (k in seq_len(nrow(cases))) {
  x <- cases[k, ]; names(x) <- c("t0", "t1", "b0", "b1", "c0", "c1", "dispersion")
  # The contrast b1/c1 - b0/c0 - theta (t1/c1 - t0/c0), its gradient by each count, and
  # its distance from 0 less 1.96 standard errors.
  beyond <- function(theta) {
    g <- c(theta / x["c0"], -theta / x["c1"], -1 / x["c0"], 1 / x["c1"],
           (x["b0"] - theta * x["t0"]) / x["c0"]^2, -(x["b1"] - theta * x["t1"]) / x["c1"]^2)
    f <- x["b1"] / x["c1"] - x["b0"] / x["c0"] - theta * (x["t1"] / x["c1"] - x["t0"] / x["c0"])
    abs(f) - qnorm(.975) * sqrt(x["dispersion"] * sum(g^2 * x[1:6]))
  }
  q <- unname((x["b1"] / x["c1"] - x["b0"] / x["c0"]) / (x["t1"] / x["c1"] - x["t0"] / x["c0"]))
  least <- uniroot(beyond, c(q - 100, q), tol = 1e-13)$root
  most <- uniroot(beyond, c(q, q + 100), tol = 1e-13)$root
  # Beside it what draws give: Poisson numbers, stretched about their mean by the dispersion.
  d <- sapply(1:6, function(i) x[i] + sqrt(x["dispersion"]) * (rpois(4e5, x[i]) - x[i]))
  drawn <- quantile((d[, 4] / d[, 6] - d[, 3] / d[, 5]) / (d[, 2] / d[, 6] - d[, 1] / d[, 5]), c(.025, .975))
  out <- rbind(out, data.frame(t(x), quotient = sprintf("%.12g", q), least = sprintf("%.9g", least),
    most = sprintf("%.9g", most), drawnLeast = signif(drawn[1], 4), drawnMost = signif(drawn[2], 4)))
}
write.csv(out, "displacement.csv", row.names = FALSE, quote = FALSE)
