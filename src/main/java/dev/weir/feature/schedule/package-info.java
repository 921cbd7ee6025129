/** What runs by itself: POSIX cron expressions, time zones and clock changes as rules without timers, and the schedules of stages. */
package dev.weir.feature.schedule;
