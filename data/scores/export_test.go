package scores

var OnPlane = onPlane
