import { ApiGateway, type ApiGatewayOptions } from '../../../tools/scale/api-gateway';
import { Cost } from '../../../tools/scale/facts';
import { Timeline } from '../../../tools/scale/timeline';

/** Runs batches with the given start times. @returns the end time of each, and its number of posts */
function run(options: ApiGatewayOptions, batches: { at: number; posts: number }[]) {
  const timeline = new Timeline();
  const apiGateway = new ApiGateway(timeline, options);
  const ends: { at: number; made: number }[] = [];
  for (const [index, { at, posts }] of batches.entries()) {
    timeline.at(at, () =>
      apiGateway.post(posts, (made) => {
        ends[index] = { at: timeline.now, made };
      }),
    );
  }
  timeline.run(() => undefined);
  return { ends, apiGateway };
}

describe('The model of API Gateway', () => {
  test('posts at full speed while the bucket has tokens', () => {
    const { ends, apiGateway } = run({ refill: 100, burst: 1000, pace: 100 }, [
      { at: 0, posts: 500 },
      { at: 1, posts: 200 },
    ]);
    expect(ends).toEqual([
      { at: expect.closeTo(5), made: 500 },
      { at: expect.closeTo(3), made: 200 },
    ]);
    expect([apiGateway.throttled, apiGateway.saturated]).toEqual([0, 0]);
  });

  test('shares the refill evenly while the bucket is empty', () => {
    // The burst of 100 lasts 1 s, at 200 posts a second and a refill of 100. Then each batch gets 50 a second.
    const { ends, apiGateway } = run({ refill: 100, burst: 100, pace: 100 }, [
      { at: 0, posts: 125 },
      { at: 0, posts: 150 },
    ]);
    // The first batch ends after 1 s + 25 posts at 50/s. The second has 25 left, and then gets the whole refill.
    expect(ends).toEqual([
      { at: expect.closeTo(1.5), made: 125 },
      { at: expect.closeTo(1.75), made: 150 },
    ]);
    expect(apiGateway.saturated).toBeCloseTo(0.5);
    expect(apiGateway.throttled).toBeGreaterThan(0);
  });

  test('ends a batch with the posts made when its function has no time left', () => {
    const { ends, apiGateway } = run({ refill: 10, burst: 0, pace: 100 }, [{ at: 0, posts: 300 }]);
    const seconds = Cost.deliverSeconds.value;
    expect(ends).toEqual([{ at: expect.closeTo(seconds), made: 10 * seconds }]);
    expect(apiGateway.posts).toBe(10 * seconds);
  });

  test('makes no post without a refill, and still ends all batches', () => {
    const { ends } = run({ refill: 0, burst: 0, pace: 100 }, [
      { at: 0, posts: 10 },
      { at: 0, posts: 0 },
    ]);
    expect(ends.map(({ made }) => made)).toEqual([0, 0]);
  });
});
