/** Skills, their stages, uploads and the deployments frozen from them. */
package dev.weir.feature.skill;
