/** When something runs by itself: POSIX cron expressions, time zones and clock changes, as rules without timers or stores. */
package dev.weir.feature.schedule;
