/** Runs skills in warm sessions of code interpreters: arguments travel as data, results where no print can forge them. */
package dev.weir.feature.interpreter.dispatch;
