import { start } from "../start";
import "../styles/plan.css";
import { PlanPage } from "./page";

start("rounds", PlanPage);
