/** How far a new input schema departs from the last, and the version that this asks for. */
package dev.weir.feature.skill.change;
