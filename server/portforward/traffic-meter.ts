/** Counts a forward's bytes: in is from the pod to the person, out is to the pod. */
export class TrafficMeter {
  bytesIn = 0;
  bytesOut = 0;
}
