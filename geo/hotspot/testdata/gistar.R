# Reads a CSV of squares (set, reach, x, y, value) from the standard input and adds
# what R says of each set: z by spdep::localG with binary weights and self included, its
# two-sided p, and q by p.adjust. Squares not farther apart than the reach, in columns
# and rows, are near. Where there is no score all three are NaN.
suppressMessages(library(spdep))
squares <- read.csv(file("stdin"))
for (set in unique(squares$set)) {
  one <- squares$set == set
  near <- suppressWarnings(dnearneigh(as.matrix(squares[one, c("x", "y")]), 0, squares$reach[one][1]))
  z <- as.numeric(localG(squares$value[one], nb2listw(include.self(near), style = "B")))
  z[!is.finite(z)] <- NaN
  squares[one, "z"] <- z
  squares[one, "p"] <- 2 * pnorm(-abs(z))
  squares[one, "q"] <- p.adjust(2 * pnorm(-abs(z)), "BH")
}
for (column in c("z", "p", "q")) squares[[column]] <- ifelse(is.na(squares[[column]]), "NaN", sprintf("%.15g", squares[[column]]))
write.csv(squares, quote = FALSE, row.names = FALSE)
